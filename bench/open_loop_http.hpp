// The HTTP/1.1 of the open-loop generator: its requests, and where an answer ends.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace open_loop {

struct Options {
  std::string url;
  double rate = 1000;
  double seconds = 5;
  double warmup = 1;    // seconds at the same rate before those that count
  double drain = 5;     // seconds to wait for answers after the last request was due
  double within = 0;    // seconds within which a 2xx is good; 0: for ever
  double patience = 0;  // seconds that a request waits for a connection; 0: for ever
  std::size_t connections = 64;
  std::uint64_t ids = 0;  // if not 0, a random id of 1..ids is appended to the path
  bool create = false;    // POST a user instead of GET
};

struct Target {
  std::string host;
  std::string port = "80";
  std::string path = "/";
};

inline Target parse(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) throw std::runtime_error("the URL must begin with http://");
  Target target;
  std::string authority = url.substr(scheme.size());
  if (const auto slash = authority.find('/'); slash != std::string::npos) {
    target.path = authority.substr(slash);
    authority.resize(slash);
  }
  if (const auto colon = authority.rfind(':'); colon != std::string::npos) {
    target.port = authority.substr(colon + 1);
    authority.resize(colon);
  }
  target.host = authority;
  return target;
}

class Requests {
 public:
  explicit Requests(const Options& options)
      : path_(parse(options.url).path),
        create_(options.create),
        ids_(options.ids),
        id_(1, std::max<std::uint64_t>(1, options.ids)) {
    const Target target = parse(options.url);
    ending_ = " HTTP/1.1\r\nHost: " + target.host + ":" + target.port + "\r\n";
  }

  // The text of the next request; the same in each run.
  const std::string& next() {
    text_ = create_ ? "POST " : "GET ";
    text_ += path_;
    if (ids_ != 0) text_ += std::to_string(id_(random_));
    text_ += ending_;
    if (create_) {
      const std::string body = "{\"name\":\"Created " + std::to_string(++count_) + "\"}";
      text_ += "Content-Type: application/json\r\nContent-Length: ";
      text_ += std::to_string(body.size()) + "\r\n\r\n" + body;
    } else {
      text_ += "\r\n";
    }
    return text_;
  }

 private:
  std::string path_;
  std::string ending_;
  std::string text_;
  bool create_;
  std::uint64_t ids_;
  std::mt19937_64 random_{1};
  std::uniform_int_distribution<std::uint64_t> id_;
  std::uint64_t count_ = 0;
};

// Where an answer ends, its status, and whether the server closes the connection after it; end is 0
// as long as the head has not arrived.
struct Head {
  std::size_t end = 0;
  int status = 0;
  bool closes = false;
};

// What follows `field` in a head; `field` is in small letters. Empty if it is not there.
inline std::string_view behind(std::string_view head, std::string_view field) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  const auto* const found = std::search(head.begin(), head.end(), field.begin(), field.end(), same);
  if (found == head.end()) return {};
  return head.substr(static_cast<std::size_t>(found - head.begin()) + field.size());
}

inline Head read_head(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  const auto head = text.substr(0, end + 2);
  auto value = behind(head, "\r\ncontent-length:");
  if (value.empty() || head.size() < 12) {
    throw std::runtime_error("an answer without Content-Length: this generator reads no other");
  }
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  std::size_t length = 0;
  int status = 0;
  std::from_chars(value.data(), value.data() + value.size(), length);
  std::from_chars(head.data() + 9, head.data() + 12, status);
  return {end + 4 + length, status, !behind(head, "\r\nconnection: close").empty()};
}

}  // namespace open_loop
