#include "http/server/address.hpp"

namespace rollcall::http {

tl::expected<asio::ip::address, std::string> parse_address(const std::string& host) {
  if (host == "localhost") return asio::ip::address_v4::loopback();
  asio::error_code failed;
  auto address = asio::ip::make_address(host, failed);
  if (failed) return tl::unexpected(host + ": not an IP address, nor localhost");
  return address;
}

}  // namespace rollcall::http
