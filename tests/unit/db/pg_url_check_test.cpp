// Errors that libpq would report only when it connects, reported with the settings.
#include "config/loader.hpp"
#include "db/postgres/client/url_check.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

/// The one error of these settings; empty where there is none.
std::string refused(config::Sources sources) {
  sources.postgres_error = db::pg_url_error;
  const auto loaded = config::load(sources);
  if (loaded) return {};
  REQUIRE(loaded.error().size() == 1);
  return loaded.error().front();
}

TEST_CASE("a PostgreSQL URL with what libpq will not take is refused, wherever it stands") {
  const auto [url, said] = GENERATE(table<std::string, std::string>({
      {"postgres://u:secret@h:notaport/db", "is no port; allowed: 1..65535"},
      {"postgres://u:secret@a,b:70000/db", "is no port; allowed: 1..65535"},
      {"postgres://u:secret@h:0/db", "is no port; allowed: 1..65535"},
      {"postgres://u:secret@h/db?sslmode=verify_full",
       "parameter sslmode has a value that is none of the choices; allowed: disable, allow,"},
      {"postgres://u:secret@h/db?target_session_attrs=master", "parameter target_session_attrs"},
      {"postgres://u:secret@h/db?channel_binding=yes", "parameter channel_binding"},
      {"postgres://u:secret@h/db?ssl_min_protocol_version=1.2", "ssl_min_protocol_version"},
      {"postgres://u:secret@h/db?pool=5", "parameter pool is unknown to libpq"},
      {"postgres://u:secret@h/db?connect_timeout=abc",
       "parameter connect_timeout is no whole number; allowed: 0..2147483647"},
      {"postgres://u:secret@h/db?keepalives_idle=-1", "parameter keepalives_idle is no whole"},
      {"postgres://u:secret@h/db?tcp_user_timeout=5s", "parameter tcp_user_timeout is no whole"},
      {"postgres://u:secret@a,b/db?hostaddr=10.0.0.1", "parameter hostaddr must have as many"},
      {"postgres://u:secret@a,b,c:1,d/db?port=1,2,3", "parameter port"},
      // Passwords that were not encoded.
      {"postgres://u:secret?secret=1@h/db?pool=5", "database.url: "},
      {"postgres://u:se/cret?secret=1@h/db", "database.url: "},
  }));
  INFO(url);
  const std::string flag = refused({.sets = {"database.url=" + url}});
  INFO(flag);
  CHECK(flag.starts_with("--set: database.url: "));
  CHECK(flag.find(said) != std::string::npos);
  CHECK(flag.find("secret") == std::string::npos);
  const auto variable = [given = std::optional<std::string>(url)](const char*) { return given; };
  CHECK(refused({.sets = {"http.port=1"}, .env = variable}).starts_with("DATABASE_URL: "));
  const TempDir folder;
  const std::string path = (folder / "rollcall.toml").string();
  write_file(path, "[database]\nurl = \"postgres://h/db\"\nread_urls = [\"postgres://h/db\", \"" +
                       url + "\"]\n");
  CHECK(refused({.file = path}).starts_with(path + ":3: database.read_urls: number 2: "));
}

TEST_CASE("a PostgreSQL URL with what libpq takes is taken") {
  const std::string url =
      GENERATE(as<std::string>{}, "postgres://h/db", "postgres:///db", "postgres://a,b:6000/db",
               "postgres://a:1,b:2/db?sslmode=verify-full&target_session_attrs=read-write",
               "postgres://[::1]:5432/db?connect_timeout=0&keepalives=1&application_name=x%20y",
               "postgres://h/db?ssl=true", "postgres://%2Ftmp/db?options=-c%20work_mem%3D1MB",
               "postgresql://u:p%40ss@h/db?ssl_min_protocol_version=TLSv1.2");
  INFO(url);
  CHECK(refused({.sets = {"database.url=" + url}}).empty());
}

}  // namespace
}  // namespace rollcall::tests
