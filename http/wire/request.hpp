// A request, without types of RESTinio.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rollcall::http {

enum class Method { get, head, post, put, patch, remove, options, other };

/// One field line. A field with several lines is listed once for each.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Views into memory of the HTTP server, valid only during the call that passes them.
struct Request {
  Method method = Method::get;
  std::string_view target;  // as it stood in the request line
  int major = 1;            // of the HTTP version
  int minor = 1;
  bool keep_alive = true;  // the connection may persist (RFC 9112 9.3); false for Upgrade
  std::span<const Field> fields{};
  std::string_view body{};

  /// The value of the first field of this name, ignoring ASCII case.
  std::optional<std::string_view> field(std::string_view name) const;
};

/// Whether two texts are equal, ignoring ASCII case.
bool equal_ignoring_case(std::string_view left, std::string_view right);

/// The text without spaces and tabs at both ends (OWS of RFC 9110 5.6.3).
std::string_view trimmed(std::string_view text);

}  // namespace rollcall::http
