// Host and Origin: for whom a request is meant, and which page sent it (RFC 9110 7.2, 4.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/wire/cors.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"
#include "posix/address.hpp"

namespace rollcall::http {

/// Whether the text is `host [":" port]` with a host that is not empty (RFC 3986 3.2.2, 3.2.3): a
/// name, an IPv4 address, or an IPv6 address in brackets. The port is empty, or at most 65535.
bool is_authority(std::string_view text);

/// For which authority the request is meant; empty if it does not tell (HTTP/1.0).
std::string_view authority_of(const Request& request);

/// The host of an authority, without port and brackets.
std::string_view host_of(std::string_view authority);

/// The port of an http or https URI that names none (RFC 9110 4.2.1, 4.2.2).
std::string_view default_port_of(std::string_view uri);

/// Whether both are authorities that mean the same server, by a scheme with this default port:
/// equal but for the case of the host, and for a port that one leaves out (RFC 9110 4.2.3).
bool same_authority(std::string_view left, std::string_view right, std::string_view default_port);

/// The names by which clients may address a listener. A browser can be led to send requests to
/// this machine by a name whose address changes (DNS rebinding); such a name is in none of them.
class AllowedHosts {
 public:
  /// `listens_on`: the listener's address, which is allowed; of an address that stands for all of
  /// the machine's, such as 0.0.0.0, every IP address is. `names`: further hosts, names or
  /// addresses without a port, with or without brackets; `*` allows every host.
  explicit AllowedHosts(std::string_view listens_on = "127.0.0.1",
                        std::vector<std::string> names = {});

  /// Whether the host of this authority is a loopback name (localhost, *.localhost; RFC 6761 6.3),
  /// a loopback address, or one of those given. Names are compared ignoring ASCII case, addresses
  /// whatever their spelling. For one thread: it remembers the last authority that it contains,
  /// since the next is mostly the same.
  bool contains(std::string_view authority) const;

 private:
  bool allows(std::string_view host) const;

  mutable std::string last_{};
  std::vector<std::string> names_{};
  std::vector<posix::Address> addresses_{};
  bool every_address_ = false;
  bool every_host_ = false;
};

/// misdirected_request if the request is addressed to a host that is not allowed, or to a URI of
/// the scheme https (RFC 9110 7.4); forbidden if a page of another origin, which `cors` does not
/// allow, sent an unsafe request, as Origin (RFC 6454 7) or Sec-Fetch-Site (Fetch Metadata) says;
/// nothing if it is good.
std::optional<Problem> refuse_origin(const Request& request, const AllowedHosts& allowed,
                                     const Cors& cors);

}  // namespace rollcall::http
