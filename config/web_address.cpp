#include "config/web_address.hpp"

#include <algorithm>
#include <charconv>

#include "config/allowed_host.hpp"
#include "config/database_url.hpp"
#include "domain/ascii.hpp"

namespace rollcall::config {

namespace {

constexpr std::string_view http_scheme = "http://";
constexpr std::string_view https_scheme = "https://";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

bool is_web(std::string_view text) {
  const auto begin = lower(text.substr(0, https_scheme.size()));
  return begin.starts_with(http_scheme) || begin.starts_with(https_scheme);
}

/// Of a text that begins with http:// or https://.
struct WebAddress {
  bool secure;
  std::string_view host;  // with the brackets of an IPv6 address
  std::string_view port;  // with its colon
  std::string_view path;  // and what follows it
};

WebAddress split(std::string_view text) {
  const bool secure = lower(text[4]) == 's';
  text.remove_prefix(secure ? https_scheme.size() : http_scheme.size());
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  const auto authority = text.substr(0, end);
  const auto colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
  const auto host = authority.substr(0, colon);
  return {secure, host, authority.substr(host.size()), text.substr(end)};
}

std::string authority_fault(const WebAddress& address) {
  if (address.host.empty()) return "has no host";
  const auto fault = allowed_host_fault(std::string(address.host));
  if (!fault.empty() || address.host == "*") {
    return "has a host that is neither a name nor an address";
  }
  if (address.port.empty()) return {};
  const auto digits = address.port.substr(1);
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool number = error == std::errc() && end == digits.data() + digits.size();
  if (number && digits[0] != '0' && port >= 1 && port <= 65'535) return {};
  return "has a port that is no number from 1 to 65535";
}

// RFC 3986 3.3.
bool is_path(std::string_view text) {
  constexpr std::string_view marks = "/-._~!$&'()*+,;=:@";
  constexpr std::string_view hex = "0123456789ABCDEFabcdef";
  const auto is_hex = [&](std::size_t at) {
    return at < text.size() && hex.find(text[at]) != std::string_view::npos;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = lower(text[i]);
    const bool escape = c == '%' && is_hex(i + 1) && is_hex(i + 2);
    const bool plain = (c >= 'a' && c <= 'z') || is_digit(c);
    if (!escape && !plain && marks.find(c) == std::string_view::npos) return false;
  }
  return true;
}

std::string public_url_fault(const std::string& text) {
  if (text == "/") return {};
  if (!is_web(text)) return "is no absolute http or https URL";
  if (text.find('#') != std::string::npos) return "has a fragment";
  if (text.find('?') != std::string::npos) return "has a query";
  const auto address = split(text);
  if (address.host.find('@') != std::string_view::npos ||
      address.port.find('@') != std::string_view::npos) {
    return "has user information";
  }
  if (auto fault = authority_fault(address); !fault.empty()) return fault;
  if (!is_path(address.path)) return "has a character in its path that must be percent-encoded";
  return {};
}

std::string cors_origin_fault(const std::string& text) {
  if (text == "*") return {};
  if (text.empty()) return "is empty";
  if (text.find_first_of(",; \t\r\n") != std::string::npos) {
    return "is a list; write each origin as a word or text of its own";
  }
  if (text == "null") return "stands for every page without an origin; write * for every page";
  if (!is_web(text)) return "does not begin with http:// or https://";
  const auto address = split(text);
  if (text.find('@') != std::string::npos) return "has user information";
  if (text.find('*') != std::string::npos) {
    return "is a pattern; write each origin, or * alone for every one";
  }
  if (address.path == "/") return "has a slash at its end; write it without";
  if (!address.path.empty()) return "has more than scheme, host and port";
  if (auto fault = authority_fault(address); !fault.empty()) return fault;
  if (address.port == (address.secure ? ":443" : ":80")) {
    return "has the default port of its scheme, which browsers leave out; write it without";
  }
  if (lower(text) != text) return "has capital letters; browsers send " + lower(text);
  return {};
}

/// What is shown of a text with this fault; nothing if it has none.
std::optional<std::string> error_of(const std::string& text, const std::string& fault) {
  if (fault.empty()) return std::nullopt;
  const bool open = is_web(text) && text.find_first_of("@?") == std::string::npos;
  return '"' + (open ? text : without_password(text)) + "\" " + fault;
}

}  // namespace

std::optional<std::string> public_url_error(const std::string& url) {
  return error_of(url, public_url_fault(url));
}

std::string_view link_base(std::string_view url) {
  return url.substr(0, url.find_last_not_of('/') + 1);
}

std::optional<std::string> cors_origin_error(const std::string& origin) {
  return error_of(origin, cors_origin_fault(origin));
}

}  // namespace rollcall::config
