// A URL of PostgreSQL: as libpq parses it, and as we pass it on.
#include <algorithm>

#include "db/postgres/client/target.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using db::PgHost;
using db::PgTarget;

std::string parameter(const PgTarget& target, const std::vector<PgHost>& hosts, const char* key) {
  const auto all = target.parameters(hosts, "rollcall test");
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.first == key; });
  return found == all.end() ? "" : found->second;
}

TEST_CASE("a URL names host, port and database, and shows no password") {
  const auto target = PgTarget::parse("postgres://ada:secret@db.example.org:5433/users").value();
  CHECK(target.hosts() == std::vector<PgHost>{{"db.example.org", "5433", ""}});
  CHECK(target.shown() == "db.example.org:5433/users");
  CHECK(parameter(target, target.hosts(), "password") == "secret");
}

TEST_CASE("an address is connected to as it is, a name is resolved first") {
  CHECK_FALSE(PgTarget::parse("postgres://127.0.0.1/u").value().hosts()[0].needs_resolving());
  CHECK_FALSE(PgTarget::parse("postgres://[::1]/u").value().hosts()[0].needs_resolving());
  CHECK_FALSE(PgTarget::parse("postgres://%2Ftmp/u").value().hosts()[0].needs_resolving());
  CHECK_FALSE(
      PgTarget::parse("postgres://db/u?hostaddr=10.0.0.1").value().hosts()[0].needs_resolving());
  CHECK(PgTarget::parse("postgres://db/u").value().hosts()[0].needs_resolving());
}

TEST_CASE("what a name was resolved to goes to libpq beside the name") {
  const auto target = PgTarget::parse("postgres://one,two:6000/u").value();
  const std::vector<PgHost> resolved{
      {"one", "", "10.0.0.1"}, {"one", "", "10.0.0.2"}, {"two", "6000", "10.0.0.3"}};
  CHECK(parameter(target, resolved, "host") == "one,one,two");
  CHECK(parameter(target, resolved, "hostaddr") == "10.0.0.1,10.0.0.2,10.0.0.3");
  CHECK(parameter(target, resolved, "port") == ",,6000");
}

TEST_CASE("a connection's application name is the URL's, or that of its part of the daemon") {
  const auto plain = PgTarget::parse("postgres://db/u").value();
  CHECK(parameter(plain, plain.hosts(), "application_name") == "rollcall test");
  const auto named = PgTarget::parse("postgres://db/u?application_name=mine").value();
  CHECK(parameter(named, named.hosts(), "application_name") == "mine");
}

TEST_CASE("Kerberos, for which libpq blocks, encrypts only where the URL says so") {
  const auto plain = PgTarget::parse("postgres://db/u").value();
  CHECK(parameter(plain, plain.hosts(), "gssencmode") == "disable");
  const auto wanted = PgTarget::parse("postgres://db/u?gssencmode=prefer").value();
  CHECK(parameter(wanted, wanted.hosts(), "gssencmode") == "prefer");
  const auto service = PgTarget::parse("postgres://db/u?service=secure").value();
  CHECK(parameter(service, service.hosts(), "gssencmode").empty());
}

TEST_CASE("what is no URL is refused without repeating it") {
  for (const char* url : {"postgres://[::1/u", "postgres://db/u?secret=1"}) {
    CAPTURE(url);
    const auto target = PgTarget::parse(url);
    REQUIRE_FALSE(target.has_value());
    CHECK(target.error().find("secret") == std::string::npos);
  }
}

}  // namespace
}  // namespace rollcall::tests
