// A request, without types of RESTinio.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace rollcall::http {

enum class Method { get, head, post, put, patch, remove, options };

inline constexpr std::array every_method{Method::get,   Method::head,   Method::post,   Method::put,
                                         Method::patch, Method::remove, Method::options};
inline constexpr std::size_t method_count = every_method.size();

/// Its name in a request line.
std::string_view name_of(Method method);
/// The method with this name; nothing if it is not implemented.
std::optional<Method> method_named(std::string_view name);

/// Whether a request with this method asks for no change (RFC 9110 9.2.1).
bool is_safe(Method method);

/// One field line. A field with several lines is listed once for each.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Views into memory of the HTTP server, valid only during the call that passes them.
struct Request {
  Method method = Method::get;
  std::string_view target;  // as it stood in the request line
  bool http_1_0 = false;
  bool keep_alive = true;  // the connection may persist (RFC 9112 9.3)
  std::span<const Field> fields{};
  std::string_view body{};

  /// The value of the first field of this name, ignoring ASCII case.
  std::optional<std::string_view> field(std::string_view name) const;
};

/// Whether two texts are equal, ignoring ASCII case.
inline bool equal_ignoring_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (lower(left[i]) != lower(right[i])) return false;
  }
  return true;
}

/// The text without spaces and tabs at both ends (OWS of RFC 9110 5.6.3).
std::string_view trimmed(std::string_view text);

}  // namespace rollcall::http
