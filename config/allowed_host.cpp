#include "config/allowed_host.hpp"

#include <algorithm>

#include "domain/ascii.hpp"
#include "posix/address.hpp"

namespace rollcall::config {

namespace {

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_' ||
         c == '.';
}

bool has_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto host = text.substr(0, colon);
  return host.ends_with(']') || host.find(':') == std::string_view::npos;
}

/// Whether it can only be meant as an IPv4 address. Services have names such as web.1 or 8080.
bool is_numeric(std::string_view text) {
  const auto fits = [](char c) { return is_digit(c) || c == '.'; };
  return text.find('.') != std::string_view::npos && !text.starts_with('.') &&
         std::all_of(text.begin(), text.end(), fits);
}

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_of_name) && !text.starts_with('.') &&
         text.find("..") == std::string_view::npos;
}

bool is_bracketed_address(const std::string& text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  const auto inner = text.substr(1, text.size() - 2);
  return inner.find(':') != std::string::npos && posix::is_address(inner);
}

}  // namespace

std::string_view allowed_host_fault(const std::string& text) {
  const auto has = [&](const char* any) { return text.find_first_of(any) != std::string::npos; };
  if (text == "*" || posix::is_address(text) || is_bracketed_address(text)) return {};
  if (text.empty()) return "is empty";
  if (has("/")) return "is a URL; write only its host";
  if (has("*")) return "is a pattern; write each name, or * alone for every host";
  if (has(",; \t\r\n")) return "is a list; write each host as a word or text of its own";
  if (has("@")) return "is no name of a host";
  if (has_port(text)) return "has a port; write only the host, its ports do not matter";
  if (has(":[]") || is_numeric(text)) return "is no IP address";
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) return "is not in ASCII; write it as browsers send it: xn--...";
  return is_name(text) ? "" : "is no name of a host";
}

}  // namespace rollcall::config
