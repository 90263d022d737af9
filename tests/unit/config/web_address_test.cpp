// http.public_url and http.cors_origins, and what their errors say.
#include "config/web_address.hpp"

#include <string>

#include "config/keys.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/loading.hpp"

namespace rollcall::tests {
namespace {

Errors public_url_errors(const std::string& url) {
  return errors_of({.sets = {"http.public_url=" + url}});
}

TEST_CASE("a public URL is an absolute http or https URL, with or without port and path") {
  const std::string url =
      GENERATE(as<std::string>{}, "/", "https://users.example.org", "http://users.example.org/",
               "HTTPS://Users.Example.org/api/v1", "https://users.example.org/api/v1/",
               "https://users.example.org:8443/a%20b/~c", "http://192.0.2.1:80",
               "http://[::1]:8080", "http://localhost/a:b@c;d=(e)");
  INFO(url);
  CHECK(public_url_errors(url).empty());
}

TEST_CASE("slashes at the end of a public URL make no difference, and a sole one is no URL") {
  CHECK(config::link_base("/").empty());
  CHECK(config::link_base("https://a.example") == "https://a.example");
  CHECK(config::link_base("https://a.example/") == "https://a.example");
  CHECK(config::link_base("https://a.example/api/v1//") == "https://a.example/api/v1");
}

TEST_CASE("the error about a public URL names the setting and what is wrong") {
  const auto [url, said] = GENERATE(table<std::string, std::string>({
      {"users.example.org", "is no absolute http or https URL"},
      {"/api/v1", "is no absolute http or https URL"},
      {"//users.example.org/api", "is no absolute http or https URL"},
      {"http:/users.example.org", "is no absolute http or https URL"},
      {"https://a.example/#top", "has a fragment"},
      {"https://", "has no host"},
      {"https:///api", "has no host"},
      {"https://:8080/api", "has no host"},
      {"https://*/api", "has a host that is neither a name nor an address"},
      {"https://a..b", "has a host that is neither a name nor an address"},
      {"https://256.1.1.1/", "has a host that is neither a name nor an address"},
      {"https://[::g]/", "has a host that is neither a name nor an address"},
      {"https://[::1/", "has a host that is neither a name nor an address"},
      {"https://[::1]x/", "has a host that is neither a name nor an address"},
      {"https://a.example:/", "has a port that is no number from 1 to 65535"},
      {"https://a.example:0/", "has a port that is no number from 1 to 65535"},
      {"https://a.example:080/", "has a port that is no number from 1 to 65535"},
      {"https://a.example:65536", "has a port that is no number from 1 to 65535"},
      {"https://a.example:x", "has a port that is no number from 1 to 65535"},
      {"https://a.example/a b", "has a character in its path that must be percent-encoded"},
      {"https://a.example/a\"b", "has a character in its path that must be percent-encoded"},
      {"https://a.example/<b>", "has a character in its path that must be percent-encoded"},
      {"https://a.example/%4", "has a character in its path that must be percent-encoded"},
      {"https://a.example/%zz", "has a character in its path that must be percent-encoded"},
  }));
  CHECK(public_url_errors(url) == Errors{"--set: http.public_url: \"" + url + "\" " + said +
                                         "; allowed: an absolute http or https URL, or /"});
}

TEST_CASE("of a public URL that may have a password only the scheme is shown") {
  CHECK(public_url_errors("https://a.example/?x=secret") ==
        Errors{"--set: http.public_url: \"https://***\" has a query; allowed: an absolute http or "
               "https URL, or /"});
  CHECK(
      public_url_errors("ftp://secret") ==
      Errors{"--set: http.public_url: \"ftp://***\" is no absolute http or https URL; allowed: an "
             "absolute http or https URL, or /"});
  CHECK(public_url_errors("https://ada:secret@a.example/") ==
        Errors{"--set: http.public_url: \"https://***\" has user information; allowed: an absolute "
               "http or https URL, or /"});
}

TEST_CASE("an empty public URL is refused, as every value that is set but empty") {
  CHECK(public_url_errors("") == Errors{"--set: http.public_url: is set but empty; allowed: an "
                                        "absolute http or https URL, or /"});
}

TEST_CASE("check-config shows a public URL as it was given") {
  const auto settings = config::load({.sets = {"http.public_url=https://a.example:1/api/"}});
  REQUIRE(settings);
  CHECK(config::to_toml(*settings).find("public_url = \"https://a.example:1/api/\"\n") !=
        std::string::npos);
}

TEST_CASE(
    "an origin is as browsers send it: a scheme, a host, and a port that is not the default") {
  const std::string origin =
      GENERATE(as<std::string>{}, "*", "https://app.example", "http://localhost:3000",
               "https://app.example:80", "http://192.0.2.1", "http://[::1]:8080",
               "https://xn--mnchen-3ya.example");
  INFO(origin);
  CHECK(config::load({.sets = {"http.cors_origins=https://a.example " + origin}}));
}

TEST_CASE("the error about an origin names it and what is wrong with it") {
  const auto [origin, said] = GENERATE(table<std::string, std::string>({
      {"null", "stands for every page without an origin; write * for every page"},
      {"app.example", "does not begin with http:// or https://"},
      {"https://app.example/", "has a slash at its end; write it without"},
      {"https://app.example/a", "has more than scheme, host and port"},
      {"https://app.example//", "has more than scheme, host and port"},
      {"https://app.example#a", "has more than scheme, host and port"},
      {"https://*.example", "is a pattern; write each origin, or * alone for every one"},
      {"https://*", "is a pattern; write each origin, or * alone for every one"},
      {"https://a.example,https://b.example",
       "is a list; write each origin as a word or text of its own"},
      {"https://", "has no host"},
      {"https://a_b!", "has a host that is neither a name nor an address"},
      {"https://a.example:x", "has a port that is no number from 1 to 65535"},
      {"https://a.example:443",
       "has the default port of its scheme, which browsers leave out; write it without"},
      {"http://a.example:80",
       "has the default port of its scheme, which browsers leave out; write it without"},
      {"https://App.example", "has capital letters; browsers send https://app.example"},
      {"HTTPS://app.example", "has capital letters; browsers send https://app.example"},
  }));
  CHECK(errors_of({.sets = {"http.cors_origins=https://a.example " + origin}}) ==
        Errors{"--set: http.cors_origins: number 2: \"" + origin + "\" " + said +
               "; allowed: scheme://host[:port], or *"});
}

TEST_CASE("of an origin that may have a password only the scheme is shown") {
  CHECK(errors_of({.sets = {"http.cors_origins=https://ada:secret@a.example"}}) ==
        Errors{"--set: http.cors_origins: number 1: \"https://***\" has user information; allowed: "
               "scheme://host[:port], or *"});
}

TEST_CASE("check-config shows origins as they were given") {
  const auto settings =
      config::load({.sets = {"http.cors_origins=https://a.example http://b.example:1"}});
  REQUIRE(settings);
  CHECK(config::to_toml(*settings).find(
            "cors_origins = [\"https://a.example\", \"http://b.example:1\"]\n") !=
        std::string::npos);
}

}  // namespace
}  // namespace rollcall::tests
