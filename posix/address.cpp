#include "posix/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace rollcall::posix {

namespace {

constexpr std::size_t mapped_bytes = 12;
constexpr Address mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};  // 0.0.0.0

bool is_mapped(const Address& address) {
  return std::equal(mapped.begin(), mapped.begin() + mapped_bytes, address.begin());
}

}  // namespace

std::optional<Address> parse_address(const std::string& text) {
  if (text.find('\0') != std::string::npos) return std::nullopt;
  Address address = mapped;
  if (inet_pton(AF_INET, text.c_str(), address.data() + mapped_bytes) == 1) return address;
  if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

bool is_address(const std::string& text) { return parse_address(text).has_value(); }

bool is_loopback(const std::string& text) {
  const auto address = parse_address(text);
  return address && is_loopback(*address);
}

bool is_loopback(const Address& address) {
  if (is_mapped(address)) return address[mapped_bytes] == 127;
  constexpr Address loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return address == loopback;
}

bool is_unspecified(const std::string& text) {
  const auto address = parse_address(text);
  return address && (*address == mapped || *address == Address{});
}

}  // namespace rollcall::posix
