#include "http/wire/syntax/head_validator.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "http/wire/authority.hpp"
#include "http/wire/characters.hpp"
#include "http/wire/list_field.hpp"
#include "http/wire/request.hpp"
#include "http/wire/syntax/field_line.hpp"
#include "http/wire/syntax/request_line.hpp"

namespace rollcall::http {

namespace {

// The fields of which a second line would be ambiguous.
constexpr std::uint16_t host_bit = 1;
constexpr std::uint16_t origin_bit = 2;
constexpr std::uint16_t type_bit = 4;
constexpr std::uint16_t length_bit = 8;
constexpr std::uint16_t site_bit = 16;
constexpr std::uint16_t timeout_bit = 32;

// Whether a token is this one, given in lower case; they have the same length. Of the characters of
// a token, the bit maps upper case to lower case, and no other to a letter.
template <std::size_t size>
bool is_named(std::string_view name, const char (&lower)[size]) {
  for (std::size_t i = 0; i + 1 < size; ++i) {
    if ((name[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

}  // namespace

Validity HeadValidator::validate(std::span<char> bytes) {
  text_ = {bytes.data(), bytes.size()};
  if (lines_.untouched() && is_plain()) return Validity::valid;
  while (const auto line = lines_.next(text_)) {
    if (!line->ends_with("\r\n")) {
      refuse(ProblemType::bad_request, "a line must end with CRLF");
      return Validity::invalid;
    }
    const auto content = line->substr(0, line->size() - 2);
    if (!found_.request_line) {
      // One empty line before the request line is passed over (RFC 9112 2.2).
      if (content.empty() && lines_.position() == 2) continue;
      found_.begun = true;
      if (!check_request_line(content)) return Validity::invalid;
    } else if (content.empty()) {
      head_.size = lines_.position();
      return check_size(head_.size) && check_end() ? Validity::valid : Validity::invalid;
    } else {
      const auto begin = static_cast<std::size_t>(content.data() - text_.data());
      move_white_space(bytes.subspan(begin, content.size()));
      if (!check_field(content)) return Validity::invalid;
    }
    if (!check_size(lines_.position())) return Validity::invalid;
  }
  return check_unfinished(lines_.unfinished(text_)) ? Validity::incomplete : Validity::invalid;
}

bool HeadValidator::check_request_line(std::string_view content) {
  found_.request_line = true;
  RequestLine line;
  if (auto problem = parse_request_line(content, limits_, line)) {
    problem_.emplace(std::move(*problem));
  }
  head_.method = line.method;
  head_.http_1_0 = line.http_1_0;
  if (!line.target.empty()) head_.target = range_of(line.target);
  if (!line.authority.empty()) found_.authority = range_of(line.authority);
  return !problem_;
}

bool HeadValidator::check_field(std::string_view line) {
  if (++found_.fields > limits_.max_fields) {
    return refuse(ProblemType::header_fields_too_large,
                  "at most " + std::to_string(limits_.max_fields) + " header fields are allowed");
  }
  const auto field = parse_field_line(line);
  if (!field) return refuse(ProblemType::bad_request, std::string(field.error()));
  if (field->name.size() + field->value.size() > limits_.max_field_bytes ||
      line.size() > longest_field_line()) {
    return refuse_long_field();
  }
  return check_known_field(field->name, field->value);
}

// The fields that frame the message, and those of which a second line would be ambiguous.
bool HeadValidator::check_known_field(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 4:
      if (!is_named(name, "host")) return true;
      if (!is_authority(value)) {
        return refuse(ProblemType::bad_request, "Host is not a host with an optional port");
      }
      found_.host = range_of(value);
      return check_singleton(name, host_bit);
    case 6:
      if (is_named(name, "expect") && equal_ignoring_case(value, "100-continue")) {
        head_.expects_continue = true;
      }
      return !is_named(name, "origin") || check_singleton(name, origin_bit);
    case 10:
      if (is_named(name, "connection")) found_.persistence.note(value);
      return true;
    case 12:
      return !is_named(name, "content-type") || check_singleton(name, type_bit);
    case 14:
      if (is_named(name, "content-length")) {
        return check_length(value) && check_singleton(name, length_bit);
      }
      return !is_named(name, "sec-fetch-site") || check_singleton(name, site_bit);
    case 15:
      return !is_named(name, "request-timeout") || check_singleton(name, timeout_bit);
    case 17:
      if (is_named(name, "transfer-encoding")) note_codings(value);
      return true;
    default:
      break;
  }
  // http-parser takes a field whose name only begins so for Transfer-Encoding, and fails.
  constexpr std::string_view coding = "transfer-encoding";
  if (name.size() < coding.size() || !equal_ignoring_case(name.substr(0, coding.size()), coding)) {
    return true;
  }
  return refuse(ProblemType::bad_request, "a field name that begins with Transfer-Encoding");
}

// RFC 9110 5.3: a field that is no list has one line.
bool HeadValidator::check_singleton(std::string_view name, std::uint16_t bit) {
  if ((found_.singletons & bit) != 0) {
    return refuse(ProblemType::bad_request, "more than one line of the field " + std::string(name));
  }
  found_.singletons |= bit;
  return true;
}

bool HeadValidator::check_length(std::string_view value) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  const bool decimal = consists_of(value, CharacterClass::digit);
  if (!decimal || error != std::errc() || end != value.data() + value.size()) {
    return refuse(ProblemType::bad_request, "Content-Length is not a decimal number");
  }
  if (length > limits_.max_body_bytes) {
    return refuse(ProblemType::content_too_large,
                  "a body may have at most " + std::to_string(limits_.max_body_bytes) + " bytes");
  }
  head_.content_length = length;
  return true;
}

void HeadValidator::note_codings(std::string_view value) {
  for_each_element(value, [this](std::string_view coding) {
    found_.chunked_is_last = equal_ignoring_case(coding, "chunked");
    if (found_.chunked_is_last) ++found_.chunked_codings;
    ++found_.codings;
  });
}

bool HeadValidator::check_end() {
  if (found_.host.size == 0 && !head_.http_1_0) {
    return refuse(ProblemType::bad_request, "no Host");  // RFC 9112 3.2
  }
  // RFC 9112 3.2.2 has the target win; software that is not of that opinion reads another URI.
  if (found_.authority.size > 0 && found_.host.size > 0 &&
      !same_authority(found_.authority.of(text_), found_.host.of(text_),
                      default_port_of(head_.target.of(text_)))) {
    return refuse(ProblemType::bad_request, "Host is not the host of the target");
  }
  if (head_.http_1_0) head_.expects_continue = false;  // RFC 9110 10.1.1
  head_.closes = !found_.persistence.persists(head_.http_1_0);
  return found_.codings == 0 || check_codings();
}

// RFC 9112 6.1, 6.3.
bool HeadValidator::check_codings() {
  if (head_.http_1_0) {
    return refuse(ProblemType::bad_request, "Transfer-Encoding in a request of HTTP/1.0");
  }
  if ((found_.singletons & length_bit) != 0) {
    return refuse(ProblemType::bad_request, "Content-Length beside Transfer-Encoding");
  }
  if (!found_.chunked_is_last || found_.chunked_codings > 1) {
    return refuse(ProblemType::bad_request,
                  "the last transfer coding must be chunked, and no other one");
  }
  if (found_.codings > 1) {
    return refuse(ProblemType::not_implemented, "no transfer coding is implemented except chunked");
  }
  head_.chunked = true;
  return true;
}

// The beginning of a line tells already that the line is too long, or that this is no HTTP.
bool HeadValidator::check_unfinished(std::string_view line) {
  if (!found_.request_line) {
    found_.begun = found_.begun || text_.size() > 2 || !std::string_view("\r\n").starts_with(text_);
    if (line.size() > longest_request_line(limits_)) {
      problem_.emplace(long_target(limits_));
      if (line.starts_with("HEAD ")) head_.method = Method::head;
      return false;
    }
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (found_.request_line && line.size() > longest_field_line()) return refuse_long_field();
  if (span_of(line, CharacterClass::field_value) != line.size()) {
    return refuse(ProblemType::bad_request, "a control character in the head");
  }
  return check_size(text_.size());
}

// With a colon and one space; more white space counts as if it belonged to the value.
std::size_t HeadValidator::longest_field_line() const { return limits_.max_field_bytes + 2; }

bool HeadValidator::refuse_long_field() {
  return refuse(ProblemType::header_fields_too_large, "a header field may have at most " +
                                                          std::to_string(limits_.max_field_bytes) +
                                                          " bytes, name and value together");
}

bool HeadValidator::check_size(std::size_t size) {
  if (size <= limits_.max_head_bytes) return true;
  return refuse(ProblemType::header_fields_too_large,
                "request line and header fields may have at most " +
                    std::to_string(limits_.max_head_bytes) + " bytes together");
}

bool HeadValidator::refuse(ProblemType type, std::string detail) {
  problem_.emplace(type, std::move(detail));
  return false;
}

bool HeadValidator::forget() {
  reset();
  problem_.reset();
  return false;
}

Range HeadValidator::range_of(std::string_view part) const {
  return {static_cast<std::size_t>(part.data() - text_.data()), part.size()};
}

}  // namespace rollcall::http
