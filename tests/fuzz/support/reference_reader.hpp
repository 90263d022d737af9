// Reads requests that are known to be valid, as simply as RFC 9112 lets a reader.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

#include "tests/fuzz/support/seen_request.hpp"

namespace rollcall::fuzz {

/// Shares no code with the validator, and takes everything for valid. Finds nothing where the text
/// ends inside a request.
class ReferenceReader {
 public:
  explicit ReferenceReader(std::string_view text) : text_(text) {}

  std::optional<SeenRequest> next() {
    SeenRequest request;
    if (text_.substr(at_).starts_with("\r\n")) at_ += 2;
    auto line = take_line();
    if (!line) return std::nullopt;
    const auto first = line->find(' ');
    const auto last = line->rfind(' ');
    request.method = line->substr(0, first);
    request.target = line->substr(first + 1, last - first - 1);
    request.http_1_0 = line->ends_with(".0");
    if (!take_fields(request.fields)) return std::nullopt;
    request.keep_alive = !request.http_1_0 || has_option(request.fields, "keep-alive");
    if (has_option(request.fields, "close")) request.keep_alive = false;
    request.expects_continue = !request.http_1_0 && expects_continue(request.fields);
    if (!take_body(request)) return std::nullopt;
    request.end = at_;
    return request;
  }

 private:
  std::optional<std::string_view> take_line() {
    const auto end = text_.find("\r\n", at_);
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text_.substr(at_, end - at_);
    at_ = end + 2;
    return line;
  }

  static std::string_view stripped(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
  }

  bool take_fields(Fields& fields) {
    while (const auto line = take_line()) {
      if (line->empty()) return true;
      const auto colon = line->find(':');
      fields.emplace_back(line->substr(0, colon), stripped(line->substr(colon + 1)));
    }
    return false;
  }

  static std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
  }

  static bool has_option(const Fields& fields, std::string_view option) {
    for (const auto& [name, value] : fields) {
      if (lower(name) != "connection") continue;
      for (std::string_view rest = value; !rest.empty();) {
        const auto comma = rest.find(',');
        if (lower(stripped(rest.substr(0, comma))) == option) return true;
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      }
    }
    return false;
  }

  static bool expects_continue(const Fields& fields) {
    for (const auto& [name, value] : fields) {
      if (lower(name) == "expect" && lower(value) == "100-continue") return true;
    }
    return false;
  }

  bool take_body(SeenRequest& request) {
    for (const auto& [name, value] : request.fields) {
      if (lower(name) == "transfer-encoding") return take_chunks(request);
      if (lower(name) == "content-length") return take_data(number(value, 10), request.body);
    }
    return true;
  }

  bool take_chunks(SeenRequest& request) {
    while (const auto line = take_line()) {
      const auto size = number(*line, 16);
      if (size == 0) return take_fields(request.trailers);
      if (!take_data(size, request.body) || !take_line()) return false;
    }
    return false;
  }

  bool take_data(std::size_t size, std::string& to) {
    if (text_.size() - at_ < size) return false;
    to.append(text_.substr(at_, size));
    at_ += size;
    return true;
  }

  static std::size_t number(std::string_view text, int base) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace rollcall::fuzz
