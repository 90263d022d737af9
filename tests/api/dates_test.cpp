// Requests that are conditional by date.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

const std::string last_modified = "Sun, 06 Nov 1994 08:49:38 GMT";
const std::string earlier_date = "Sun, 06 Nov 1994 08:49:37 GMT";  // the second of the change
const std::string later_date = "Sun, 06 Nov 1994 08:49:39 GMT";
const std::string old_user = "/users/7";

/// A daemon with user 7, who was last changed at 1994-11-06T08:49:37.999Z.
class DaemonWithOldUser {
 public:
  DaemonWithOldUser() {
    write_file(folder_ / "users.ndjson",
               R"({"id":7,"name":"Ada","version":3,"created_at":"1990-01-01T00:00:00.000Z",)"
               R"("updated_at":"1994-11-06T08:49:37.999Z"})"
               "\n");
    const auto outcome =
        run_command(std::vector<std::string>{"import", (folder_ / "users.ndjson").string()} +
                    on_database(folder_ / "users.db"));
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    daemon_ = std::make_unique<DaemonProcess>(
        DaemonOptions{.database = folder_ / "users.db", .loops = 3});
  }
  HttpClient connect() const { return HttpClient(daemon_->port()); }

 private:
  TempDir folder_;
  std::unique_ptr<DaemonProcess> daemon_;
};

// A write gives another name each time.
int status_of(HttpClient& client, const std::string& method, const Headers& headers) {
  const bool has_body = method == "PUT" || method == "PATCH";
  static int written = 0;
  const auto body = Json{{"name", "Eve " + std::to_string(++written)}}.dump();
  if (has_body) return client.write(method, old_user, body, headers).status;
  return client.ask({.method = method, .target = old_user, .headers = headers}).status;
}

}  // namespace

TEST_CASE("the Last-Modified of a user is the end of the second of its last change") {
  DaemonWithOldUser daemon;
  auto client = daemon.connect();
  for (const std::string method : {"GET", "HEAD", "GET"}) {  // the second one is cached
    INFO(method);
    CHECK(client.ask({.method = method, .target = old_user}).header("Last-Modified") ==
          last_modified);
  }
  const auto known = client.get(old_user, {{"If-None-Match", "\"3\""}});
  CHECK(known.status == 304);
  CHECK(known.header("Last-Modified") == last_modified);
  CHECK_FALSE(client.get("/users").header("Last-Modified"));
  CHECK_FALSE(client.get("/users/8").header("Last-Modified"));
}

TEST_CASE("If-Modified-Since answers 304 unless the user was changed in that second or later") {
  DaemonWithOldUser daemon;
  auto client = daemon.connect();
  for (const std::string method : {"GET", "HEAD"}) {
    INFO(method);
    for (const auto& date :
         {last_modified, later_date, std::string("Sunday, 06-Nov-94 08:49:38 GMT"),
          std::string("Sun Nov  6 08:49:38 1994")}) {
      INFO(date);
      const auto answer = client.ask(
          {.method = method, .target = old_user, .headers = {{"If-Modified-Since", date}}});
      CHECK(answer.status == 304);
      CHECK(answer.header("ETag") == "\"3\"");
    }
    CHECK(status_of(client, method, {{"If-Modified-Since", earlier_date}}) == 200);
  }
  CHECK(client.get("/users/8", {{"If-Modified-Since", later_date}}).status == 404);
}

TEST_CASE("If-Modified-Since is ignored where RFC 9110 says so") {
  DaemonWithOldUser daemon;
  auto client = daemon.connect();
  CHECK(status_of(client, "GET", {{"If-Modified-Since", "yesterday"}}) == 200);
  CHECK(status_of(client, "GET",
                  {{"If-Modified-Since", later_date}, {"If-Modified-Since", later_date}}) == 200);
  CHECK(status_of(client, "GET", {{"If-Modified-Since", later_date}, {"If-None-Match", "\"2\""}}) ==
        200);
  CHECK(status_of(client, "GET",
                  {{"If-Modified-Since", earlier_date}, {"If-None-Match", "\"3\""}}) == 304);
  CHECK(client.get("/users", {{"If-Modified-Since", later_date}}).status == 200);
  CHECK(client.get("/", {{"If-Modified-Since", later_date}}).status == 200);
  CHECK(status_of(client, "PATCH", {{"If-Modified-Since", later_date}}) == 200);
}

TEST_CASE(
    "If-Unmodified-Since of the second of the change refuses each method and changes nothing") {
  DaemonWithOldUser daemon;
  auto client = daemon.connect();
  for (const std::string method : {"GET", "HEAD", "PUT", "PATCH", "DELETE"}) {
    INFO(method);
    CHECK(status_of(client, method, {{"If-Unmodified-Since", earlier_date}}) == 412);
  }
  check_problem(
      client.write("PUT", old_user, R"({"name":"Eve"})", {{"If-Unmodified-Since", earlier_date}}),
      412, "precondition-failed", old_user);
  const auto user = client.get(old_user).json();
  CHECK(user.at("name") == "Ada");
  CHECK(user.at("version") == 3);
}

TEST_CASE("If-Unmodified-Since of the user's Last-Modified, or later, lets each method pass") {
  for (const auto& date : {last_modified, later_date}) {
    for (const std::string method : {"GET", "HEAD", "PUT", "PATCH", "DELETE"}) {
      INFO(method << " " << date);
      DaemonWithOldUser daemon;
      auto client = daemon.connect();
      CHECK(status_of(client, method, {{"If-Unmodified-Since", date}}) / 100 == 2);
      const bool writes = method != "GET" && method != "HEAD";
      CHECK(status_of(client, "PATCH", {{"If-Unmodified-Since", date}}) == (method == "DELETE" ? 404
                                                                            : writes           ? 412
                                                                                     : 200));
    }
  }
}

TEST_CASE("If-Unmodified-Since is ignored where RFC 9110 says so") {
  DaemonWithOldUser daemon;
  auto client = daemon.connect();
  const auto passes = [&](const Headers& headers) {
    return status_of(client, "PATCH", headers) == 200;
  };
  CHECK(passes({{"If-Unmodified-Since", earlier_date}, {"If-Match", "\"3\""}}));
  CHECK_FALSE(passes({{"If-Unmodified-Since", last_modified}, {"If-Match", "\"3\""}}));
  CHECK(passes({{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37"}}));
  CHECK(passes({{"If-Unmodified-Since", earlier_date}, {"If-Unmodified-Since", earlier_date}}));
  // The users as a whole have no date.
  CHECK(client.write("POST", "/users", R"({"name":"Bob"})", {{"If-Unmodified-Since", earlier_date}})
            .status == 201);
  CHECK(client.get("/users", {{"If-Unmodified-Since", earlier_date}}).status == 200);
}

TEST_CASE("a missing user is 404 whatever the date") {
  DaemonWithOldUser daemon;
  auto client = daemon.connect();
  for (const auto& date : {earlier_date, later_date}) {
    check_problem(
        client.write("PUT", "/users/8", R"({"name":"Eve"})", {{"If-Unmodified-Since", date}}), 404,
        "user-not-found", "/users/8");
  }
}

TEST_CASE("an empty line of If-Match is passed over, and an empty list matches no user") {
  DaemonWithOldUser daemon;
  auto client = daemon.connect();
  CHECK(status_of(client, "PATCH", {{"If-Match", ""}, {"If-Match", "\"3\""}}) == 200);
  CHECK(status_of(client, "PATCH", {{"If-Match", ""}, {"If-Match", "\"3\""}}) == 412);
  CHECK(status_of(client, "PATCH", {{"If-Match", ""}}) == 412);
  CHECK(status_of(client, "PATCH", {{"If-None-Match", ""}}) == 200);
}

}  // namespace rollcall::tests
