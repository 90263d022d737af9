// GET /changes: the log of changes.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

Json changes_of(HttpClient& client, const std::string& target) {
  const auto answer = client.get(target);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return answer.json();
}

}  // namespace

TEST_CASE("a page of changes holds what was done to users, the URL of the next one, and its Link") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto ada = create_user(client, "Ada");
  REQUIRE(client.write("PATCH", "/users/1", R"({"name":"Eve"})").status == 200);
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/1"}).status == 204);
  const auto answer = client.get("/changes?after=0&limit=2");
  REQUIRE(answer.status == 200);
  CHECK(answer.header("Content-Type") == "application/json");
  CHECK(answer.header("Cache-Control") == "private, no-cache");
  auto page = answer.json();
  CHECK(page.size() == 2);
  for (auto& change : page.at("changes")) {
    CHECK(change.at("at").get<std::string>().size() == 24);
    change.erase("at");
  }
  CHECK(page.at("changes").dump() ==
        R"([{"seq":1,"user":1,"version":1,"kind":"created","by":null},)"
        R"({"seq":2,"user":1,"version":2,"kind":"updated","by":null}])");
  CHECK(ada == 1);
  const auto next = page.at("next").get<std::string>();
  CHECK(next == "/changes?limit=2&after=2");
  CHECK(answer.header("Link") == "<" + next + ">; rel=\"next\"");
  const auto rest = changes_of(client, next);
  CHECK(rest.at("changes").size() == 1);
  CHECK(rest.at("changes").at(0).at("kind") == "deleted");
  CHECK(rest.at("changes").at(0).at("version") == 2);
  const auto empty = changes_of(client, rest.at("next").get<std::string>());
  CHECK(empty.at("changes").empty());
  CHECK(empty.at("next") == rest.at("next"));
}

TEST_CASE("without after a page of changes is empty, and its next misses nothing from then on") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto end = changes_of(client, "/changes");
  CHECK(end.at("changes").empty());
  CHECK(end.at("next") == "/changes?limit=50&after=1000");
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/7"}).status == 204);
  const auto page = changes_of(client, end.at("next").get<std::string>());
  REQUIRE(page.at("changes").size() == 1);
  CHECK(page.at("changes").at(0).at("user") == 7);
}

TEST_CASE("an acknowledged write is in the log, on any connection") {
  SampleDaemon sample;
  auto writer = sample.connect();
  auto next = changes_of(writer, "/changes").at("next").get<std::string>();
  for (int i = 1; i <= 50; ++i) {
    const auto target = "/users/" + std::to_string(i);
    REQUIRE(writer.write("PATCH", target, R"({"name":"Eve"})").status == 200);
    auto reader = sample.connect();
    const auto page = changes_of(reader, next);
    REQUIRE(page.at("changes").size() == 1);
    CHECK(page.at("changes").at(0).at("user") == i);
    next = page.at("next").get<std::string>();
  }
}

TEST_CASE("next keeps the user whose changes were asked for") {
  SampleDaemon sample;
  auto client = sample.connect();
  REQUIRE(client.write("PATCH", "/users/9", R"({"name":"Eve"})").status == 200);
  const auto first = changes_of(client, "/changes?after=0&user=9&limit=1");
  CHECK(first.at("changes").at(0).at("kind") == "created");
  CHECK(first.at("next") == "/changes?limit=1&after=9&user=9");
  const auto second = changes_of(client, first.at("next").get<std::string>());
  CHECK(second.at("changes").at(0).at("kind") == "updated");
}

TEST_CASE("changes after one that the log does not know are 410, with where to go on") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto answer = client.get("/changes?after=1001");
  check_problem(answer, 410, "changes-expired", "/changes");
  CHECK(answer.json().at("detail").get<std::string>().ends_with("the changes after 1000."));
}

TEST_CASE("one answer names all wrong parameters of a request for changes") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const std::string query :
       {"after=-1", "after=x", "after=01", "after=9223372036854775808", "limit=0", "limit=501",
        "limit=1.5", "user=0", "user=-4", "user=x", "after=1&after=1", "colour=red"}) {
    INFO(query);
    check_problem(client.get("/changes?" + query), 400, "invalid-parameter", "/changes");
  }
  const auto all = client.get("/changes?after=x&limit=0&user=0&foo=1").json();
  CHECK(all.at("detail") == "4 parameters are wrong");
  CHECK(all.at("errors").size() == 4);
  CHECK(client.get("/changes?after=&limit=&user=").status == 200);
  CHECK(client.get("/changes?after=0").status == 200);
}

}  // namespace rollcall::tests
