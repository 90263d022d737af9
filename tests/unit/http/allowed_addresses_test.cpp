// Hosts that are IP addresses are compared as addresses, not as text.
#include <string>
#include <string_view>

#include "http/wire/authority.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

TEST_CASE("an allowed address is one in every spelling, and with or without brackets") {
  for (const std::string_view entry : {"2001:db8::a", "2001:DB8::A", "2001:db8:0:0:0:0:0:a",
                                       "2001:0db8::000a", "[2001:db8::a]", "[2001:DB8:0::A]"}) {
    INFO(entry);
    const AllowedHosts named("127.0.0.1", {std::string(entry)});
    for (const std::string host : {"[2001:db8::a]", "[2001:DB8::A]", "[2001:db8:0:0:0:0:0:a]",
                                   "[2001:db8::0.0.0.10]", "[2001:0db8::000a]"}) {
      INFO(host);
      CHECK(named.contains(host));
      CHECK(named.contains(host + ":8080"));
    }
    for (const std::string host : {"[2001:db8::b]", "[2001:db8:a::]", "[::a]", "0.0.0.10"}) {
      INFO(host);
      CHECK_FALSE(named.contains(host));
    }
  }
}

TEST_CASE("the address listened on is one in every spelling") {
  const AllowedHosts allowed("2001:db8:0:0:0:0:0:1");
  CHECK(allowed.contains("[2001:db8::1]:8080"));
  CHECK_FALSE(allowed.contains("[2001:db8::2]:8080"));
}

TEST_CASE("an IPv4 address mapped into IPv6 is that address") {
  const AllowedHosts four("192.0.2.1", {"192.0.2.7"});
  CHECK(four.contains("[::ffff:192.0.2.1]"));
  CHECK(four.contains("[::FFFF:c000:207]:80"));
  CHECK_FALSE(four.contains("[::ffff:192.0.2.2]"));
  CHECK_FALSE(four.contains("[::192.0.2.1]"));
  const AllowedHosts six("::ffff:192.0.2.1", {"[::ffff:192.0.2.7]"});
  CHECK(six.contains("192.0.2.1:80"));
  CHECK(six.contains("192.0.2.7"));
  CHECK_FALSE(six.contains("192.0.2.8"));
  CHECK(AllowedHosts().contains("[::ffff:127.1.2.3]:80"));
  CHECK_FALSE(AllowedHosts().contains("[::ffff:126.0.0.1]"));
  CHECK(AllowedHosts("::ffff:0.0.0.0").contains("192.0.2.1"));
}

TEST_CASE("a name that resembles an address is compared as text") {
  const AllowedHosts allowed("127.0.0.1", {"users.example", "192.0.2.07", "[name]"});
  CHECK_FALSE(allowed.contains("192.0.2.7"));
  CHECK_FALSE(allowed.contains("name"));
  CHECK(allowed.contains("192.0.2.07"));
}

}  // namespace
}  // namespace rollcall::http
