#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/wire/authority.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using tests::MadeRequest;

// 0 if the request is good, else the status of the problem.
int refused_status(MadeRequest& request, const AllowedHosts& allowed) {
  const auto problem = refuse_origin(request.get(), allowed, Cors());
  return problem ? describe(problem->type).status : 0;
}

// The request as a browser sends it: to the host, by a page of the origin. Empty: no such field.
int status_by_page(Method method, const std::string& host, const std::string& origin,
                   const std::string& site = "") {
  MadeRequest request(method, "/users/1");
  request.without_fields().with("Host", host);
  if (!origin.empty()) request.with("Origin", origin);
  if (!site.empty()) request.with("Sec-Fetch-Site", site);
  return refused_status(request, AllowedHosts("127.0.0.1", {"users.example"}));
}

TEST_CASE("an authority is a name, an IPv4 address or a bracketed IPv6 address, and a port") {
  for (const std::string host :
       {"h", "users.example", "users.example.", "1.2.3.4", "[::1]", "[::]", "[2001:db8::1]",
        "[2001:DB8:0:0:0:0:0:1]", "[::ffff:1.2.3.4]", "a-b_c~d", "a!$&'()*+,;=b", "%41", "999",
        "a.", "xn--mnchen-3ya.example", "256.1.1.1", "-"}) {
    INFO(host);
    CHECK(is_authority(host));
    for (const std::string port : {":", ":0", ":1", ":80", ":8080", ":65535", ":00080"}) {
      CHECK(is_authority(host + port));
    }
    for (const std::string port : {":65536", ":99999", ":99999999", ":18446744073709551617", ":-1",
                                   ":+1", ":x", ":8x", ": 80", ":80 ", ":80:80", "::", ":0x50"}) {
      INFO(port);
      CHECK_FALSE(is_authority(host + port));
    }
  }
}

TEST_CASE("a text that is no host is no authority") {
  for (const std::string_view text : {"",
                                      ":",
                                      ":80",
                                      "a b",
                                      " a",
                                      "a ",
                                      "a\tb",
                                      "a, b",
                                      "a/b",
                                      "/",
                                      "a?",
                                      "a#",
                                      "u@h",
                                      "u:p@h",
                                      "a\\b",
                                      "\"a\"",
                                      "<a>",
                                      "a^b",
                                      "`a`",
                                      "{a}",
                                      "a|b",
                                      "\xff",
                                      "\xc3\xa4.example",
                                      "a\x7f",
                                      "http://h",
                                      "::1",
                                      "::1:80",
                                      "[]",
                                      "[",
                                      "]",
                                      "[::1",
                                      "::1]",
                                      "[::1]a",
                                      "[::1]]",
                                      "[[::1]]",
                                      "a[::1]",
                                      "[::1]:80:80",
                                      "[1.2.3.4]",
                                      "[h]",
                                      "[g::1]",
                                      "[:::1]",
                                      "[1:2:3:4:5:6:7:8:9]",
                                      "[::1%25eth0]",
                                      "[::1%eth0]",
                                      "[fe80::1 ]",
                                      "[::1.2.3]",
                                      "[12345::]",
                                      "[::1][::1]"}) {
    INFO(text);
    CHECK_FALSE(is_authority(text));
  }
  CHECK_FALSE(is_authority(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_authority(std::string_view("[::1\0]", 6)));
}

TEST_CASE("a percent sign in a host is followed by two hexadecimal digits") {
  for (const std::string_view text : {"%41", "a%2Db", "%e4.example:80"}) {
    INFO(text);
    CHECK(is_authority(text));
  }
  for (const std::string_view text :
       {"%", "a%", "a%4", "%4", "%zz", "%4g.example", "a%:80", "%%41"}) {
    INFO(text);
    CHECK_FALSE(is_authority(text));
  }
}

TEST_CASE("the host of an authority has neither port nor brackets") {
  CHECK(host_of("h") == "h");
  CHECK(host_of("h:80") == "h");
  CHECK(host_of("h:") == "h");
  CHECK(host_of("1.2.3.4:5") == "1.2.3.4");
  CHECK(host_of("[::1]") == "::1");
  CHECK(host_of("[2001:db8::1]:80") == "2001:db8::1");
}

TEST_CASE("loopback names and addresses are always allowed") {
  for (const auto& allowed :
       {AllowedHosts(), AllowedHosts("192.0.2.1"), AllowedHosts("0.0.0.0", {"users.example"})}) {
    for (const std::string host :
         {"localhost", "LocalHost", "localhost.", "a.localhost", "a.b.localhost", "A.LOCALHOST.",
          "127.0.0.1", "127.255.255.254", "127.1.2.3", "[::1]", "[0:0:0:0:0:0:0:1]"}) {
      INFO(host);
      CHECK(allowed.contains(host));
      CHECK(allowed.contains(host + ":8080"));
    }
  }
}

TEST_CASE("a host that only resembles a loopback name is not allowed") {
  for (const std::string host : {"evil.example",  "localhost.evil.example",
                                 "evillocalhost", "localhost..",
                                 "localhos",      "ocalhost",
                                 "localhost.x",   "127.0.0.1.evil.example",
                                 "127.0.0.1.",    "127.1",
                                 "2130706433",    "0x7f.0.0.1",
                                 "0177.0.0.1",    "128.0.0.1",
                                 "126.0.0.1",     "0.0.0.0",
                                 "10.0.0.1",      "[::]",
                                 "[::2]",         "[2001:db8::1]",
                                 "%6cocalhost",   "local_host",
                                 "-localhost"}) {
    INFO(host);
    CHECK_FALSE(AllowedHosts().contains(host));
    CHECK_FALSE(AllowedHosts().contains(host + ":80"));
    CHECK_FALSE(AllowedHosts("192.0.2.1", {"users.example"}).contains(host));
  }
}

TEST_CASE("a configured name is allowed ignoring case, and no other name") {
  const AllowedHosts allowed("127.0.0.1", {"Users.Example", "192.0.2.7", "2001:db8::7"});
  for (const std::string host : {"users.example", "USERS.EXAMPLE", "Users.Example", "192.0.2.7",
                                 "[2001:db8::7]", "[2001:DB8::7]"}) {
    INFO(host);
    CHECK(allowed.contains(host));
    CHECK(allowed.contains(host + ":8080"));
  }
  for (const std::string host :
       {"example", "a.users.example", "users.example.com", "xusers.example", "users-example",
        "192.0.2.8", "[2001:db8::8]", "*"}) {
    INFO(host);
    CHECK_FALSE(allowed.contains(host));
  }
}

TEST_CASE("an asterisk allows every host") {
  const AllowedHosts allowed("127.0.0.1", {"users.example", "*"});
  for (const std::string host : {"evil.example", "192.0.2.1:80", "[2001:db8::1]", "x"}) {
    INFO(host);
    CHECK(allowed.contains(host));
  }
  CHECK_FALSE(AllowedHosts("127.0.0.1", {"*.example"}).contains("a.example"));
}

TEST_CASE("the address that the listener has is allowed") {
  CHECK(AllowedHosts("192.0.2.1").contains("192.0.2.1:8080"));
  CHECK_FALSE(AllowedHosts("192.0.2.1").contains("192.0.2.2:8080"));
  CHECK(AllowedHosts("2001:db8::1").contains("[2001:DB8::1]:8080"));
  CHECK_FALSE(AllowedHosts("2001:db8::1").contains("[2001:db8::2]"));
}

TEST_CASE("a listener on every address is addressed by any address, but not by any name") {
  for (const std::string_view every : {"0.0.0.0", "::"}) {
    const AllowedHosts allowed(every, {"users.example"});
    for (const std::string host : {"192.0.2.1", "10.0.0.1:80", "[2001:db8::1]", "[fe80::1]:8080",
                                   "0.0.0.0", "[::]", "users.example", "localhost"}) {
      INFO(host);
      CHECK(allowed.contains(host));
    }
    for (const std::string host : {"evil.example", "192.0.2.1.evil.example", "192.0.2", "1.2.3.4.5",
                                   "2130706433", "256.1.1.1", "192.0.2.1."}) {
      INFO(host);
      CHECK_FALSE(allowed.contains(host));
    }
  }
}

TEST_CASE("a request to a host that is not allowed is misdirected, with any method") {
  for (const auto method : {Method::get, Method::head, Method::options, Method::post, Method::put,
                            Method::patch, Method::remove}) {
    INFO(static_cast<int>(method));
    CHECK(status_by_page(method, "evil.example", "") == 421);
    CHECK(status_by_page(method, "evil.example:80", "http://evil.example:80") == 421);
    CHECK(status_by_page(method, "localhost:8080", "") == 0);
    CHECK(status_by_page(method, "users.example", "") == 0);
  }
  MadeRequest request(Method::get, "/");
  request.without_fields().with("Host", "evil.example:81");
  const auto problem = refuse_origin(request.get(), AllowedHosts(), Cors());
  REQUIRE(problem);
  CHECK(problem->detail.find("\"evil.example\"") != std::string::npos);
}

TEST_CASE("without Host the authority of the target decides, and without both none is needed") {
  const auto status_of = [](const std::string& target) {
    MadeRequest request(Method::get, target);
    request.without_fields();
    return refused_status(request, AllowedHosts());
  };
  CHECK(status_of("/users/1") == 0);
  CHECK(status_of("http://localhost:80/users/1") == 0);
  CHECK(status_of("http://localhost/users/1") == 0);
  CHECK(status_of("HTTP://localhost?a") == 0);
  CHECK(status_of("http://evil.example/users/1") == 421);
  CHECK(status_of("http://evil.example?localhost") == 421);
  CHECK(status_of("http://evil.example/localhost") == 421);
}

TEST_CASE("a request for a URI of the scheme https is misdirected") {
  for (const std::string target :
       {"https://localhost/users/1", "HTTPS://localhost", "https://localhost?a"}) {
    INFO(target);
    MadeRequest request(Method::get, target);
    CHECK(refused_status(request, AllowedHosts("127.0.0.1", {"*"})) == 421);
  }
  MadeRequest path(Method::get, "/https://localhost/");
  CHECK(refused_status(path, AllowedHosts()) == 0);
}

TEST_CASE("a page of another origin may read, and change nothing") {
  struct Row {
    std::string host;
    std::string origin;
    std::string site;
    bool foreign;
  };
  for (const auto& [host, origin, site, foreign] :
       {Row{"localhost", "", "", false},
        Row{"localhost", "http://localhost", "", false},
        Row{"localhost", "https://localhost", "", false},
        Row{"users.example", "HTTPS://Users.Example", "same-origin", false},
        Row{"localhost:8080", "http://localhost:8080", "same-origin", false},
        Row{"[::1]:80", "http://[::1]:80", "", false},
        Row{"localhost", "", "none", false},
        Row{"localhost", "", "same-origin", false},
        Row{"localhost", "null", "", true},
        Row{"localhost", "http://evil.example", "", true},
        Row{"localhost", "localhost", "", true},
        Row{"localhost:8080", "http://localhost", "", true},
        Row{"localhost", "http://localhost:8080", "", true},
        Row{"localhost", "http://127.0.0.1", "", true},
        Row{"localhost", "http://", "", true},
        Row{"localhost", "ftp://localhost", "", true},
        Row{"localhost", "http://localhost.evil.example", "", true},
        Row{"localhost", "http://evil.example/localhost", "", true},
        Row{"localhost", "http://evil.example http://localhost", "", true},
        Row{"localhost", "chrome-extension://localhost", "", true},
        Row{"localhost", "", "cross-site", true},
        Row{"localhost", "", "same-site", true},
        Row{"localhost", "", "Same-Origin", true},
        Row{"localhost", "", "x", true},
        Row{"localhost", "http://localhost", "cross-site", true},
        Row{"localhost", "http://evil.example", "same-origin", false},
        Row{"localhost", "null", "none", false}}) {
    INFO(host << ", " << origin << ", " << site);
    for (const auto method : {Method::get, Method::head, Method::options}) {
      CHECK(status_by_page(method, host, origin, site) == 0);
    }
    for (const auto method : {Method::post, Method::put, Method::patch, Method::remove}) {
      CHECK(status_by_page(method, host, origin, site) == (foreign ? 403 : 0));
    }
  }
}

}  // namespace
}  // namespace rollcall::http
