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
