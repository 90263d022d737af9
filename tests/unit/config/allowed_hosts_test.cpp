// http.allowed_hosts, and what its errors say.
#include <string>

#include "config/database_url.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/loading.hpp"

namespace rollcall::tests {
namespace {

TEST_CASE("an allowed host is a name or an address, with or without the brackets of a URL") {
  const std::string host =
      GENERATE(as<std::string>{}, "*", "localhost", "users.example", "Users.Example.", "my_host",
               "a-b", "xn--mnchen-3ya.example", "192.0.2.1", "::1", "0:0:0:0:0:0:0:1", "[::1]",
               "[2001:DB8::1]", "::ffff:192.0.2.1", "4chan.example", "1.2.3.4.example", "web.1",
               "web.1.", "8080", "012345678901");
  INFO(host);
  CHECK(config::load({.sets = {"http.allowed_hosts=" + host}}));
}

TEST_CASE("the error about an allowed host names what is wrong with it") {
  const auto [host, said] = GENERATE(table<std::string, std::string>({
      {"http://a", "is a URL; write only its host"},
      {"https://users.example:8080/users", "is a URL; write only its host"},
      {"a/b", "is a URL; write only its host"},
      {"a:80", "has a port; write only the host, its ports do not matter"},
      {"a:", "has a port; write only the host, its ports do not matter"},
      {"192.0.2.1:8080", "has a port; write only the host, its ports do not matter"},
      {"[::1]:80", "has a port; write only the host, its ports do not matter"},
      {"*.a", "is a pattern; write each name, or * alone for every host"},
      {"*:80", "is a pattern; write each name, or * alone for every host"},
      {"a,b", "is a list; write each host as a word or text of its own"},
      {"a;b", "is a list; write each host as a word or text of its own"},
      {"u@a", "is no name of a host"},
      {"a?b", "is no name of a host"},
      {"a\"b", "is no name of a host"},
      {"a%41", "is no name of a host"},
      {".", "is no name of a host"},
      {".a", "is no name of a host"},
      {"a..b", "is no name of a host"},
      {"m\xc3\xbcnchen.example", "is not in ASCII; write it as browsers send it: xn--..."},
      {"256.1.1.1", "is no IP address"},
      {"192.0.2", "is no IP address"},
      {"010.0.0.1", "is no IP address"},
      {"1.2.3.4.", "is no IP address"},
      {"::g", "is no IP address"},
      {"1:2:3", "is no IP address"},
      {"fe80::1%eth0", "is no IP address"},
      {"[::1", "is no IP address"},
      {"[192.0.2.1]", "is no IP address"},
      {"[a]", "is no IP address"},
      {"[]", "is no IP address"},
  }));
  const Errors expected{"--set: http.allowed_hosts: number 2: \"" + config::without_password(host) +
                        "\" " + said + "; allowed: names and addresses, or *"};
  CHECK(errors_of({.sets = {"http.allowed_hosts=users.example " + host}}) == expected);
}

TEST_CASE("an allowed host that is empty or has white space is refused") {
  CHECK(errors_of_file("[http]\nallowed_hosts = [\"\"]\n") ==
        Errors{"file:2: http.allowed_hosts: number 1: \"\" is empty; allowed: names and addresses, "
               "or *"});
  CHECK(errors_of_file("[http]\nallowed_hosts = [\"a b\"]\n") ==
        Errors{"file:2: http.allowed_hosts: number 1: \"a b\" is a list; write each host as a word "
               "or text of its own; allowed: names and addresses, or *"});
}

TEST_CASE("one port for two spellings of one address is refused") {
  CHECK(errors_of({.sets = {"http.host=::1", "admin.host=0:0:0:0:0:0:0:1", "admin.port=8080"}}) ==
        Errors{"--set: admin.port: http.port and admin.port are both 8080 on one address; they "
               "must differ"});
  CHECK(config::load({.sets = {"http.host=::1", "admin.port=8080"}}));
}

TEST_CASE("an address to listen on has no brackets, and the error says so") {
  CHECK(errors_of({.sets = {"http.host=[::1]"}}) ==
        Errors{"--set: http.host: \"[::1]\" has brackets; allowed: an IPv4 or IPv6 address"});
}

}  // namespace
}  // namespace rollcall::tests
