// The target of a request (RFC 9112 3.2).
#pragma once

#include <string_view>

namespace rollcall::http {

/// Views into the target's text.
struct Target {
  std::string_view path{};   // not decoded; "*" is the server as a whole (RFC 9112 3.2.4)
  std::string_view query{};  // what follows the first ?
};

/// Parses the origin form, the absolute form and `*`. Scheme and host of the absolute form are
/// ignored.
Target parse_target(std::string_view target);

/// Path and query of the target, without scheme and host.
std::string_view origin_form(std::string_view target);

/// The path alone.
std::string_view path_of(std::string_view target);

}  // namespace rollcall::http
