#include "http/wire/syntax/chunk_validator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "http/wire/characters.hpp"
#include "http/wire/request.hpp"
#include "http/wire/syntax/field_line.hpp"

namespace rollcall::http {

namespace {

constexpr std::size_t longest_extensions = 1'024;
constexpr std::size_t longest_size_line = 16 + longest_extensions + 2;

void skip_white_space(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// Takes a token or a quoted string (RFC 9110 5.6.4) off the text.
bool take_value(std::string_view& text) {
  if (!text.starts_with('"')) {
    const auto size = span_of(text, CharacterClass::token);
    text.remove_prefix(size);
    return size > 0;
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
    if (text[i] == '\\') ++i;
    if (i == text.size() || !is_in(text[i], CharacterClass::field_value)) return false;
  }
  return false;
}

// *( BWS ";" BWS name [ BWS "=" BWS value ] ), RFC 9112 7.1.1.
bool are_extensions(std::string_view text) {
  while (!text.empty()) {
    skip_white_space(text);
    if (!text.starts_with(';')) return false;
    text.remove_prefix(1);
    skip_white_space(text);
    const auto name = span_of(text, CharacterClass::token);
    if (name == 0) return false;
    text.remove_prefix(name);
    auto after = text;
    skip_white_space(after);
    if (!after.starts_with('=')) continue;
    after.remove_prefix(1);
    skip_white_space(after);
    text = after;
    if (!take_value(text)) return false;
  }
  return true;
}

// Fields that a trailer must not have, since they frame the message or decide on its handling
// (RFC 9110 6.5.1).
bool belongs_to_the_head(std::string_view name) {
  constexpr std::array<std::string_view, 8> names{
      "connection", "content-encoding", "content-length",   "content-type", "expect",
      "host",       "trailer",          "transfer-encoding"};
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view each) { return equal_ignoring_case(name, each); });
}

}  // namespace

Validity ChunkValidator::validate(std::span<char> bytes) {
  const std::string_view text(bytes.data(), bytes.size());
  switch (part_) {
    case Part::size_line:
      return check_size_line(text);
    case Part::data:
      size_ = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, text.size()));
      remaining_ -= size_;
      if (remaining_ == 0) part_ = Part::end_of_data;
      return Validity::valid;
    case Part::end_of_data:
      return check_end_of_data(text);
    case Part::trailers:
      return check_trailers(bytes);
    case Part::end:
      break;
  }
  size_ = 0;
  return Validity::valid;
}

Validity ChunkValidator::check_size_line(std::string_view text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, std::min(end, text.size()));
  const auto digits = span_of(line, CharacterClass::hexadecimal);
  if (line.size() > longest_size_line) {
    return refuse(ProblemType::bad_request, "the extensions of a chunk are too long");
  }
  // What has arrived tells already whether this is a size.
  if (digits > 16 || (digits == 0 && !line.empty())) {
    return refuse(ProblemType::bad_request, "a chunk must begin with its size, in hexadecimal");
  }
  if (end == std::string_view::npos) {
    const auto content = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    if (span_of(content, CharacterClass::field_value) == content.size()) {
      return Validity::incomplete;
    }
    return refuse(ProblemType::bad_request, "a control character in the line of a chunk's size");
  }
  if (digits == 0 || !line.ends_with('\r')) {
    return refuse(ProblemType::bad_request, "the line of a chunk's size must end with CRLF");
  }
  size_ = line.size() + 1;
  const auto extensions = line.substr(digits, line.size() - digits - 1);
  return check_chunk(line.substr(0, digits), extensions) ? Validity::valid : Validity::invalid;
}

bool ChunkValidator::check_chunk(std::string_view digits, std::string_view extensions) {
  // http-parser takes no tab behind the size, which RFC 9112 allows as bad white space.
  if (extensions.starts_with('\t') || !are_extensions(extensions)) {
    refuse(ProblemType::bad_request, "malformed extensions of a chunk");
    return false;
  }
  extension_bytes_ += extensions.size();
  if (extensions.size() > longest_extensions || extension_bytes_ > limits_.max_head_bytes) {
    refuse(ProblemType::bad_request, "the extensions of the chunks are too long");
    return false;
  }
  std::from_chars(digits.data(), digits.data() + digits.size(), remaining_, 16);
  if (remaining_ > limits_.max_body_bytes - body_bytes_) {
    refuse(ProblemType::content_too_large,
           "a body may have at most " + std::to_string(limits_.max_body_bytes) + " bytes");
    return false;
  }
  body_bytes_ += remaining_;
  part_ = remaining_ == 0 ? Part::trailers : Part::data;
  return true;
}

Validity ChunkValidator::check_end_of_data(std::string_view text) {
  constexpr std::string_view crlf = "\r\n";
  size_ = std::min(text.size(), crlf.size());
  if (!crlf.starts_with(text.substr(0, size_))) {
    return refuse(ProblemType::bad_request, "the data of a chunk must end with CRLF");
  }
  if (size_ < crlf.size()) return Validity::incomplete;
  part_ = Part::size_line;
  return Validity::valid;
}

Validity ChunkValidator::check_trailers(std::span<char> bytes) {
  const std::string_view text(bytes.data(), bytes.size());
  while (const auto line = trailers_.next(text)) {
    if (!line->ends_with("\r\n")) {
      return refuse(ProblemType::bad_request, "a line must end with CRLF");
    }
    if (trailers_.position() > limits_.max_head_bytes) return refuse_long_trailers();
    const auto content = line->substr(0, line->size() - 2);
    if (content.empty()) {
      size_ = trailers_.position();
      part_ = Part::end;
      return Validity::valid;
    }
    const auto begin = static_cast<std::size_t>(content.data() - text.data());
    move_white_space(bytes.subspan(begin, content.size()));
    if (!check_trailer(content)) return Validity::invalid;
  }
  auto rest = trailers_.unfinished(text);
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  if (span_of(rest, CharacterClass::field_value) != rest.size()) {
    return refuse(ProblemType::bad_request, "a control character in the trailers");
  }
  if (text.size() > limits_.max_head_bytes) return refuse_long_trailers();
  return Validity::incomplete;
}

bool ChunkValidator::check_trailer(std::string_view line) {
  const auto field = parse_field_line(line);
  if (!field) {
    refuse(ProblemType::bad_request, std::string(field.error()));
  } else if (belongs_to_the_head(field->name)) {
    refuse(ProblemType::bad_request,
           "the field " + std::string(field->name) + " may not stand in a trailer");
  } else if (++trailer_fields_ > limits_.max_fields ||
             field->name.size() + field->value.size() > limits_.max_field_bytes) {
    refuse(ProblemType::header_fields_too_large, "too many or too long trailer fields");
  } else {
    return true;
  }
  return false;
}

Validity ChunkValidator::refuse_long_trailers() {
  return refuse(
      ProblemType::header_fields_too_large,
      "trailers may have at most " + std::to_string(limits_.max_head_bytes) + " bytes together");
}

Validity ChunkValidator::refuse(ProblemType type, std::string detail) {
  problem_.emplace(type, std::move(detail));
  return Validity::invalid;
}

}  // namespace rollcall::http
