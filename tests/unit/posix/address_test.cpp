#include "posix/address.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("an address has no port, brackets or name") {
  using rollcall::posix::is_address;
  CHECK(is_address("10.0.0.1"));
  CHECK(is_address("2001:db8::1"));
  CHECK_FALSE(is_address("localhost"));
  CHECK_FALSE(is_address("10.0.0.1:80"));
  CHECK_FALSE(is_address("[::1]"));
  CHECK_FALSE(is_address(""));
  CHECK_FALSE(is_address(std::string{"::1\0", 4}));
}

TEST_CASE("an IPv4 address mapped into IPv6 is judged as that address") {
  using rollcall::posix::is_loopback;
  using rollcall::posix::is_unspecified;
  CHECK(is_loopback("::ffff:127.0.0.1"));
  CHECK(is_loopback("::FFFF:7f01:203"));
  CHECK_FALSE(is_loopback("::ffff:128.0.0.1"));
  CHECK_FALSE(is_loopback("::127.0.0.1"));
  CHECK(is_unspecified("::ffff:0.0.0.0"));
  CHECK_FALSE(is_unspecified("::ffff:0.0.0.1"));
}

TEST_CASE("a text with a NUL byte is no address of any kind") {
  using rollcall::posix::is_loopback;
  using rollcall::posix::is_unspecified;
  CHECK_FALSE(is_loopback(std::string{"127.0.0.1\0.evil", 15}));
  CHECK_FALSE(is_unspecified(std::string{"::\0", 3}));
}
