// A request as the parts that need no RESTinio see it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rollcall::http {

enum class Method { get, head, post, put, patch, remove, options, other };

/// One field line. A name that came twice stands twice.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Views into memory that belongs to whoever received the message: valid during one call.
struct Request {
  Method method = Method::get;
  std::string_view target;  // as it stood in the request line
  int major = 1;            // of the HTTP version
  int minor = 1;
  bool keep_alive = true;  // what the message says of its connection (RFC 9112 9.3)
  std::span<const Field> fields{};
  std::string_view body{};

  /// The value of the first field of this name, ignoring ASCII case.
  std::optional<std::string_view> field(std::string_view name) const;
};

/// Whether two texts are equal, ignoring ASCII case.
bool equal_ignoring_case(std::string_view left, std::string_view right);

/// Without spaces and tabs at both ends (OWS of RFC 9110 5.6.3).
std::string_view trimmed(std::string_view text);

}  // namespace rollcall::http
