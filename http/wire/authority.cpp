#include "http/wire/authority.hpp"

#include <algorithm>
#include <utility>

#include "http/wire/characters.hpp"
#include "posix/address.hpp"

namespace rollcall::http {

namespace {

struct Parts {
  std::string_view host;  // without brackets
  std::string_view port;
  bool bracketed = false;
  bool well_formed = true;
};

Parts split(std::string_view authority) {
  Parts parts;
  std::string_view rest;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    parts.bracketed = true;
    parts.well_formed = end != std::string_view::npos;
    if (!parts.well_formed) return parts;
    parts.host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
  } else {
    const auto end = std::min(authority.find(':'), authority.size());
    parts.host = authority.substr(0, end);
    rest = authority.substr(end);
  }
  if (rest.empty()) return parts;
  parts.well_formed = rest.starts_with(':');
  if (parts.well_formed) parts.port = rest.substr(1);
  return parts;
}

bool is_port(std::string_view text) {
  if (text.empty()) return true;  // RFC 3986 3.2.3
  if (text.size() > 5 || !consists_of(text, CharacterClass::digit)) return false;
  int port = 0;
  for (const char c : text) port = port * 10 + (c - '0');
  return port <= 65'535;
}

// Percent-encoded bytes are allowed (RFC 3986 2.1).
bool is_reg_name(std::string_view host) {
  if (host.empty()) return false;
  host.remove_prefix(span_of(host, CharacterClass::reg_name));
  while (host.starts_with('%')) {
    if (host.size() < 3 || !consists_of(host.substr(1, 2), CharacterClass::hexadecimal)) {
      return false;
    }
    host.remove_prefix(3);
    host.remove_prefix(span_of(host, CharacterClass::reg_name));
  }
  return host.empty();
}

bool is_loopback_name(std::string_view host) {
  constexpr std::string_view name = "localhost";
  if (host.ends_with('.')) host.remove_suffix(1);  // the root of DNS
  if (host.size() < name.size()) return false;
  if (!equal_ignoring_case(host.substr(host.size() - name.size()), name)) return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

std::string_view without_scheme(std::string_view uri, std::string_view scheme) {
  if (uri.size() < scheme.size()) return {};
  if (!equal_ignoring_case(uri.substr(0, scheme.size()), scheme)) return {};
  uri.remove_prefix(scheme.size());
  return uri.substr(0, uri.find_first_of("/?"));
}

bool is_foreign(const Request& request) {
  // No page can set it, and a proxy may have changed Host.
  if (const auto site = request.field("Sec-Fetch-Site")) {
    return *site != "same-origin" && *site != "none";
  }
  const auto origin = request.field("Origin");
  if (!origin) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    const auto authority = without_scheme(*origin, scheme);
    if (authority.empty()) continue;
    return !same_authority(authority, authority_of(request), default_port_of(*origin));
  }
  return true;  // null, or of another scheme
}

}  // namespace

std::string_view authority_of(const Request& request) {
  if (const auto host = request.field("Host")) return *host;
  return without_scheme(request.target, "http://");  // of HTTP/1.0
}

bool is_authority(std::string_view text) {
  // Nearly every one is a name or an IPv4 address, perhaps with a port.
  const auto host = span_of(text, CharacterClass::reg_name);
  if (host > 0 && host == text.size()) return true;
  if (host > 0 && text[host] == ':') return is_port(text.substr(host + 1));
  const auto parts = split(text);
  if (!parts.well_formed || !is_port(parts.port)) return false;
  if (!parts.bracketed) return is_reg_name(parts.host);
  const bool v6 = parts.host.find(':') != std::string_view::npos;
  return v6 && posix::is_address(std::string(parts.host));
}

std::string_view host_of(std::string_view authority) { return split(authority).host; }

std::string_view default_port_of(std::string_view uri) {
  return without_scheme(uri, "https://").empty() ? "80" : "443";
}

bool same_authority(std::string_view left, std::string_view right, std::string_view default_port) {
  if (!is_authority(left) || !is_authority(right)) return false;
  const auto one = split(left);
  const auto other = split(right);
  const auto port_of = [&](const Parts& parts) {
    return parts.port.empty() ? default_port : parts.port;
  };
  return equal_ignoring_case(one.host, other.host) && port_of(one) == port_of(other);
}

AllowedHosts::AllowedHosts(std::string_view listens_on, std::vector<std::string> names)
    : every_address_(posix::is_unspecified(std::string(listens_on))) {
  names.emplace_back(listens_on);
  for (auto& name : names) {
    const bool bracketed = name.starts_with('[') && is_authority(name);
    const auto address = posix::parse_address(bracketed ? std::string(host_of(name)) : name);
    if (address) {
      addresses_.push_back(*address);
    } else {
      every_host_ = every_host_ || name == "*";
      names_.push_back(std::move(name));
    }
  }
}

bool AllowedHosts::contains(std::string_view authority) const {
  if (authority == last_) return !authority.empty();
  if (!allows(host_of(authority))) return false;
  last_ = authority;
  return true;
}

bool AllowedHosts::allows(std::string_view host) const {
  if (every_host_ || is_loopback_name(host)) return true;
  const bool named = std::any_of(names_.begin(), names_.end(), [host](const auto& name) {
    return equal_ignoring_case(name, host);
  });
  if (named) return true;
  const auto address = posix::parse_address(std::string(host));
  return address && (every_address_ || posix::is_loopback(*address) ||
                     std::find(addresses_.begin(), addresses_.end(), *address) != addresses_.end());
}

std::optional<Problem> refuse_origin(const Request& request, const AllowedHosts& allowed,
                                     const Cors& cors) {
  const bool absolute = !request.target.starts_with('/');
  if (absolute && !without_scheme(request.target, "https://").empty()) {
    return Problem{ProblemType::misdirected_request, "this listener serves http, not https"};
  }
  const auto authority = authority_of(request);
  if (!authority.empty() && !allowed.contains(authority)) {
    return Problem{ProblemType::misdirected_request,
                   "the host \"" + std::string(host_of(authority)) +
                       "\" is not served here; http.allowed_hosts lists the names that are"};
  }
  if (!is_safe(request.method) && is_foreign(request) && !cors.allows(request)) {
    return Problem{ProblemType::forbidden, "a page of another origin may not change anything"};
  }
  return std::nullopt;
}

}  // namespace rollcall::http
