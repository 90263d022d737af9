// Has a RequestValidator validate bytes, as http/server/request_reader.cpp does.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "http/wire/syntax/parsed_head.hpp"
#include "http/wire/syntax/request_validator.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/seen_request.hpp"

namespace rollcall::fuzz {

/// What a connection passed on.
struct Validated {
  std::string passed{};            // with white space moved
  std::vector<SeenRequest> heads;  // of all requests of which the head was passed; no bodies
  std::vector<std::size_t> ends{};
  bool refused = false;
  std::string problem{};  // why; of several faults the one that was seen first
  bool closed = false;    // a request said that none may follow

  bool operator==(const Validated& other) const {
    return passed == other.passed && heads == other.heads && ends == other.ends &&
           refused == other.refused && closed == other.closed;
  }
};

/// One connection: validates what arrives, and keeps what is not valid yet.
class ValidatedConnection {
 public:
  explicit ValidatedConnection(const http::RequestLimits& limits)
      : limits_(limits), validator_(limits) {}

  void arrive(std::string_view bytes) {
    held_.append(bytes);
    while (open() && !held_.empty() && pass_piece()) continue;
    // The reader may try once more before more has arrived.
    if (open() && !held_.empty()) {
      require(!pass_piece(), "bytes that are incomplete stay so without more");
    }
    if (!open()) return;
    require(held_.size() <= most_held(), "little is held that is not valid yet", {held_});
  }

  const Validated& result() const { return result_; }

 private:
  static constexpr std::size_t longest_size_line = 16 + 1'024 + 2;

  bool open() const { return !result_.refused && !result_.closed; }
  std::size_t most_held() const { return std::max(limits_.max_head_bytes, longest_size_line); }

  // False if nothing may be passed now. The bytes stand in other memory each time, of their size,
  // so that AddressSanitizer notices a view that is kept.
  bool pass_piece() {
    std::vector<char> memory(held_.begin(), held_.end());
    const auto validity = validator_.validate(memory);
    held_.assign(memory.begin(), memory.end());
    if (validity == http::Validity::invalid) {
      result_.refused = true;
      result_.problem = validator_.problem().detail;
      const auto target = validator_.head().target;
      if (validator_.at_end()) {
        require(target.begin + target.size <= held_.size(), "the target is inside the head");
      }
    }
    if (validity != http::Validity::valid) return false;
    const auto size = validator_.size();
    require(size > 0 && size <= held_.size(), "a piece is a part of what has arrived");
    const auto piece = std::string_view(held_).substr(0, size);
    if (validator_.at_head()) {
      require(size <= limits_.max_head_bytes, "a head is within its limit");
      note_head(piece);
    }
    result_.passed.append(held_, 0, size);
    held_.erase(0, size);
    if (validator_.at_end()) {
      result_.ends.push_back(result_.passed.size());
      result_.closed = validator_.head().closes;
    }
    return true;
  }

  void note_head(std::string_view text) {
    std::vector<http::Field> fields;
    const auto& head = validator_.head();
    const auto request = http::request_of(text, head, fields);
    SeenRequest seen;
    seen.method = text.substr(text.starts_with("\r\n") ? 2 : 0);
    seen.method.resize(seen.method.find(' '));
    require(http::method_named(seen.method) == request.method, "the method is the named one");
    require(request.target == head.target.of(text), "both give one target");
    seen.target = request.target;
    seen.http_1_0 = request.http_1_0;
    seen.keep_alive = request.keep_alive;
    seen.expects_continue = head.expects_continue;
    for (const auto& field : request.fields) seen.fields.emplace_back(field.name, field.value);
    result_.heads.push_back(std::move(seen));
  }

  http::RequestLimits limits_;
  http::RequestValidator validator_;
  std::string held_{};
  Validated result_{};
};

/// What a connection passes on of a text that arrives in these pieces.
inline Validated validated(std::string_view text, PieceSizes sizes,
                           const http::RequestLimits& limits) {
  ValidatedConnection connection(limits);
  while (!text.empty()) {
    const auto size = sizes.next(text.size());
    connection.arrive(text.substr(0, size));
    text.remove_prefix(size);
  }
  return connection.result();
}

}  // namespace rollcall::fuzz
