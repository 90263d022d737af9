#include "http/wire/syntax/request_line.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "http/wire/authority.hpp"
#include "http/wire/characters.hpp"

namespace rollcall::http {

namespace {

Problem bad(std::string detail) { return {ProblemType::bad_request, std::move(detail)}; }

std::optional<Problem> parse_version(std::string_view version, RequestLine& parsed) {
  const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                           version[6] == '.' && is_in(version[5], CharacterClass::digit) &&
                           is_in(version[7], CharacterClass::digit);
  if (!well_formed) return bad("the request line must end with HTTP/1.1 or HTTP/1.0");
  if (version[5] != '1') {
    return Problem{ProblemType::version_not_supported,
                   std::string(version) + " is not served here; HTTP/1.1 and HTTP/1.0 are"};
  }
  parsed.http_1_0 = version[7] == '0';
  return std::nullopt;
}

std::optional<Problem> parse_absolute_form(std::string_view target, RequestLine& parsed) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size()) continue;
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    auto rest = target.substr(scheme.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?"));
    rest.remove_prefix(authority.size());
    if (!is_authority(authority) || span_of(rest, CharacterClass::target) != rest.size()) break;
    parsed.authority = authority;
    parsed.target = target;
    return std::nullopt;
  }
  return bad("the target is neither a path nor a URI of the scheme http");
}

// RFC 9112 3.2. The authority form belongs to CONNECT, which is not implemented.
std::optional<Problem> parse_target(std::string_view target, RequestLine& parsed) {
  if (target == "*") {
    if (parsed.method != Method::options) return bad("* is a target of OPTIONS");
  } else if (!target.starts_with('/')) {
    return parse_absolute_form(target, parsed);
  } else if (parsed.target.empty()) {
    return bad("the target has a character that must be percent-encoded");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_request_line(std::string_view line, const RequestLimits& limits,
                                          RequestLine& parsed) {
  const auto method = line.substr(0, line.find(' '));
  const auto known_method = method_named(method);
  parsed.method = known_method.value_or(Method::get);
  const auto rest = line.substr(std::min(method.size() + 1, line.size()));
  const auto target = rest.substr(0, rest.find(' '));
  if (target.size() == rest.size()) {
    return bad("a request line is a method, a target and a version, with one space between");
  }
  if (!consists_of(method, CharacterClass::token)) return bad("the method is not a token");
  if (target.size() > limits.max_target_bytes) return long_target(limits);
  if (span_of(target, CharacterClass::target) == target.size()) parsed.target = target;
  const auto version = rest.substr(target.size() + 1);
  if (version != "HTTP/1.1") {
    if (auto problem = parse_version(version, parsed)) return problem;
  }
  if (!known_method) {
    return Problem{ProblemType::not_implemented,
                   "the method is not implemented; GET, HEAD, POST, PUT, PATCH, DELETE and "
                   "OPTIONS are"};
  }
  return parse_target(target, parsed);
}

std::size_t longest_request_line(const RequestLimits& limits) {
  constexpr std::size_t longest_method = 32;
  return limits.max_target_bytes + longest_method + sizeof "  HTTP/1.1";
}

Problem long_target(const RequestLimits& limits) {
  return {ProblemType::uri_too_long,
          "a target may have at most " + std::to_string(limits.max_target_bytes) + " bytes"};
}

}  // namespace rollcall::http
