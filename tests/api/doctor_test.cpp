// The same text in e-mails, usernames and names over HTTP; and `rollcall doctor`.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/sqlite/file.hpp"

namespace rollcall::tests {
namespace {

std::string body_with(const std::string& field, const std::string& value) {
  Json body{{"name", "Ada"}};
  body[field] = value;
  return body.dump();
}

Outcome doctor(const std::filesystem::path& database) {
  return run_command(std::vector<std::string>{"doctor"} + on_database(database));
}

TEST_CASE("an e-mail with an invisible character, and a name of nothing else, are refused") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const auto& [field, value] : std::vector<std::pair<std::string, std::string>>{
           {"email", "ada@example.org\u200B"}, {"username", "ada\u200D"}, {"name", "\u200B"}}) {
    const auto answer = client.write("POST", "/users", body_with(field, value));
    check_problem(answer, 422, "validation-failed", "/users");
    CHECK(invalid_fields(answer) == std::vector<std::string>{"/" + field});
    CHECK(answer.body.find("invisible") != std::string::npos);
  }
  CHECK(client.write("POST", "/users", body_with("external_id", "\u200B")).status == 201);
  CHECK(client.write("POST", "/users", body_with("name", "\u2764\uFE0F")).status == 201);
}

TEST_CASE("the same e-mail in another spelling is taken, and finds the user") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(
      client.write("POST", "/users", body_with("email", "\u00C9@m\u00FCnchen.example")).status ==
      201);
  const std::string other = "e\u0301@xn--mnchen-3ya.example";
  check_problem(client.write("POST", "/users", body_with("email", other)), 409, "email-taken",
                "/users");
  const auto found = client.get("/users?email=e%CC%81@XN--mnchen-3ya.example").json();
  REQUIRE(found.at("users").size() == 1);
  CHECK(found.at("users")[0].at("email") == "\u00C9@m\u00FCnchen.example");
}

TEST_CASE("doctor names users with one e-mail, a line each, also beside a daemon") {
  const TempDir folder;
  const auto file = folder / "users.db";
  {
    DaemonProcess daemon({.database = file});
    HttpClient client(daemon.port());
    for (const std::string email : {"\u00E9@x", "b@x", "c@x"}) {
      REQUIRE(client.write("POST", "/users", body_with("email", email)).status == 201);
    }
    const auto outcome = doctor(file);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.empty());
  }
  SqliteFile(file).execute(
      "UPDATE users SET email = '\u00C9@x', email_key = '\u00C9@x' WHERE id = 2;"
      "UPDATE users SET email = '\u00D6@x', email_key = '\u00D6@x' WHERE id = 3;");
  const std::string collision =
      "users 1, 2 have the same e-mail, \u00E9@x: change or delete all but one of them, then run "
      "`rollcall migrate`\n";
  {
    DaemonProcess daemon({.database = file});
    const auto outcome = doctor(file);
    CHECK(outcome.exit_code == 1);
    CHECK(outcome.out == collision +
                             "user 3 has an old key of the e-mail \u00F6@x: run `rollcall "
                             "migrate`\n");
    CHECK(outcome.err.empty());
  }
  const auto migrated = run_command(std::vector<std::string>{"migrate"} + on_database(file));
  CHECK(migrated.exit_code == 0);
  CHECK(migrated.out.starts_with("keys of e-mails and usernames: 1 renewed, 1 not, since"));
  CHECK(doctor(file).out == collision);
}

TEST_CASE("a daemon that migrates renews keys, and says how many collide") {
  const TempDir folder;
  const auto file = folder / "users.db";
  REQUIRE(run_command(std::vector<std::string>{"migrate"} + on_database(file)).exit_code == 0);
  SqliteFile(file).execute(
      "INSERT INTO users (name, email, email_key, version, created_at, updated_at) VALUES "
      "('A', '\u00E9@x', '\u00E9@x', 1, 0, 0), ('B', '\u00C9@x', '\u00C9@x', 1, 0, 0), "
      "('C', '\u00D6@x', '\u00D6@x', 1, 0, 0);"
      "DELETE FROM schema_migrations WHERE name = 'keys'");
  DaemonProcess daemon({.database = file});
  HttpClient client(daemon.port());
  CHECK(client.get("/users?email=%C3%B6@x").json().at("users").size() == 1);
  CHECK(daemon.log().find("keys of e-mails and usernames: 1 renewed, 1 not, since") !=
        std::string::npos);
  CHECK(client.write("PATCH", "/users/2", R"({"name":"Ben"})").status == 200);
  CHECK(client.write("PATCH", "/users/2", body_with("email", "E\u0301@x")).status == 409);
}

TEST_CASE("doctor of a database that is not there fails and says so") {
  const TempDir folder;
  const auto outcome = doctor(folder / "users.db");
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out.empty());
  CHECK_FALSE(outcome.err.empty());
}

}  // namespace
}  // namespace rollcall::tests
