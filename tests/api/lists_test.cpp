// GET /users by ids, by keys, by name and by activity, and back.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

std::string listed(const Response& answer) {
  REQUIRE(answer.status == 200);
  std::string ids;
  const auto body = answer.json();
  for (const auto& user : body.at("users")) {
    ids += (ids.empty() ? "" : " ") + user.at("id").dump();
  }
  return ids;
}

void create(HttpClient& client, const Json& user) {
  REQUIRE(client.write("POST", "/users", user.dump()).status == 201);
}

}  // namespace

TEST_CASE("users are listed by ids in the order asked, with the ids of no user") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto answer = client.get("/users?ids=7,2000,3,7");
  CHECK(listed(answer) == "7 3");
  CHECK(answer.json().at("missing") == Json{2000});
  CHECK(answer.json().at("users").at(0) == client.get("/users/7").json());
}

TEST_CASE("1,000 ids are listed at once, also with their commas encoded") {
  SampleDaemon sample;
  auto client = sample.connect();
  std::string ids = "1000";
  for (int i = 999; i > 0; --i) ids += "%2C" + std::to_string(i);
  const auto answer = client.get("/users?ids=" + ids);
  REQUIRE(answer.status == 200);
  CHECK(answer.json().at("users").size() == 1'000);
  CHECK(answer.json().at("users").at(999).at("id") == 1);
  std::string longest;
  for (int i = 0; i < 1'000; ++i) {
    longest += (i == 0 ? "" : "%2C") + std::to_string(9'000'000'000'000'000'000 + i);
  }
  CHECK(client.get("/users?ids=" + longest).json().at("missing").size() == 1'000);
  check_problem(client.get("/users?ids=" + ids + ",1001"), 400, "invalid-parameter", "");
}

TEST_CASE("a user is listed by e-mail, username or external id") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  create(client, {{"name", "Ada"},
                  {"email", "Ada+1@Example.org"},
                  {"username", "ada"},
                  {"external_id", "crm/7"}});
  create(client, {{"name", "Bob"}});
  CHECK(listed(client.get("/users?email=ada%2B1@example.ORG")) == "1");
  CHECK(listed(client.get("/users?username=ADA")) == "1");
  CHECK(listed(client.get("/users?external_id=crm/7")) == "1");
  CHECK(listed(client.get("/users?external_id=CRM/7")) == "");
  const auto none = client.get("/users?email=bob@example.org");
  CHECK(none.status == 200);
  CHECK(none.json() == Json::parse(R"({"users":[],"next":null,"prev":null})"));
  check_problem(client.get("/users?email=ada"), 400, "invalid-parameter", "");
  const auto both = client.get("/users?email=a@b.org&limit=3");
  check_problem(both, 400, "invalid-parameter", "");
  CHECK(both.json().at("errors").at(0).at("parameter") == "limit");
}

TEST_CASE("a user that was just created, changed or deleted is listed so") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  create(client, {{"name", "Ada"}, {"username", "ada"}});
  CHECK(listed(client.get("/users?username=ada")) == "1");
  REQUIRE(client.write("PATCH", "/users/1", R"({"username":"eve"})").status == 200);
  CHECK(listed(client.get("/users?username=ada")) == "");
  CHECK(listed(client.get("/users?username=eve")) == "1");
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/1"}).status == 204);
  CHECK(listed(client.get("/users?username=eve")) == "");
  CHECK(client.get("/users?ids=1").json().at("missing") == Json{1});
}

TEST_CASE("names are listed by their beginning, page by page, and back") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const auto* name : {"Grace", "ada", "Adam & Eve", "Bob", "ADA", "Ada: 2"}) {
    create(client, {{"name", name}});
  }
  std::vector<std::string> pages;
  std::string target = "/users?name=AD&limit=2";
  std::string last;
  while (!target.empty() && pages.size() < 9) {
    last = target;
    const auto answer = client.get(target);
    pages.push_back(listed(answer));
    const auto next = answer.json().at("next");
    target = next.is_null() ? "" : next.get<std::string>();
  }
  CHECK(pages == std::vector<std::string>{"2 5", "6 3"});
  const auto prev = client.get(last).json().at("prev").get<std::string>();
  CHECK(listed(client.get(prev)) == "2 5");
  CHECK(listed(client.get("/users?name=adam%20%26")) == "3");
  CHECK(listed(client.get("/users?name=adam+%26")) == "3");
  CHECK(listed(client.get("/users?name=x")) == "");
}

TEST_CASE("users are listed by whether they are active") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  create(client, {{"name", "Ada"}});
  create(client, {{"name", "Bob"}, {"active", false}});
  create(client, {{"name", "Barbara"}, {"active", true}});
  CHECK(listed(client.get("/users?active=true")) == "1 3");
  CHECK(listed(client.get("/users?active=false")) == "2");
  CHECK(listed(client.get("/users?active=true&name=b")) == "3");
  const auto page = client.get("/users?active=true&limit=1").json();
  CHECK(listed(client.get(page.at("next").get<std::string>())) == "3");
  check_problem(client.get("/users?active=yes"), 400, "invalid-parameter", "");
}

TEST_CASE("following prev from the last page returns every user exactly once") {
  SampleDaemon sample;
  auto client = sample.connect();
  const int limit = GENERATE(7, 500);
  std::vector<std::int64_t> met;
  std::string target = "/users?before=1001&limit=" + std::to_string(limit);
  while (!target.empty() && met.size() < 2'000) {
    const auto answer = client.get(target);
    REQUIRE(answer.status == 200);
    const auto page = answer.json();
    std::vector<std::int64_t> ids;
    for (const auto& user : page.at("users")) ids.push_back(user.at("id").get<std::int64_t>());
    met.insert(met.end(), ids.rbegin(), ids.rend());
    const auto prev = page.at("prev");
    target = prev.is_null() ? "" : prev.get<std::string>();
  }
  REQUIRE(met.size() == 1'000);
  for (std::int64_t i = 0; i < 1'000; ++i) {
    if (met[static_cast<std::size_t>(i)] != 1'000 - i) FAIL("the users descend by id");
  }
}

TEST_CASE("a page has the total of its filter where Prefer asks for it") {
  SampleDaemon sample;
  auto client = sample.connect();
  REQUIRE(client.write("PATCH", "/users/7", R"({"active":false})").status == 200);
  const Headers count{{"Prefer", "count=exact"}};
  const auto total = [&](const std::string& target) {
    const auto answer = client.get(target, count);
    CHECK(answer.header("Preference-Applied") == "count=exact");
    return answer.json().at("total").get<int>();
  };
  CHECK(total("/users?limit=1") == 1'000);
  CHECK(total("/users?active=false") == 1);
  CHECK(total("/users?name=user%2099") == 11);  // User 99, 990 to 999
  CHECK(total("/users?name=nobody") == 0);
  CHECK(client.get("/users?limit=1&after=999", count).json().at("total") == 1'000);
  const auto without = client.get("/users?limit=1");
  CHECK_FALSE(without.json().contains("total"));
  CHECK_FALSE(without.header("Preference-Applied").has_value());
  CHECK(without.header("Vary") == "Prefer");
  CHECK_FALSE(client.get("/users?ids=1", count).json().contains("total"));
  CHECK_FALSE(client.get("/users?limit=1", {{"Prefer", "count=planned"}}).json().contains("total"));
  CHECK(client
            .get("/users?limit=1",
                 {{"If-None-Match", *without.header("ETag")}, {"Prefer", "count=exact"}})
            .status == 200);
}

TEST_CASE("a client that has a list is told so, until one of its users changes") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const std::string target : {"/users?limit=3", "/users?ids=1,2,9999", "/users?name=user%202",
                                   "/users?email=u2@example.org"}) {
    INFO(target);
    const auto first = client.get(target);
    REQUIRE(first.header("ETag").has_value());
    const Headers same{{"If-None-Match", *first.header("ETag")}};
    const auto again = client.get(target, same);
    CHECK(again.status == 304);
    CHECK(again.header("ETag") == first.header("ETag"));
    CHECK(again.header("Link") == first.header("Link"));
    CHECK(client.ask({.method = "HEAD", .target = target, .headers = same}).status == 304);
    REQUIRE(
        client.write("PATCH", "/users/2", Json{{"attributes", {{"at", target}}}}.dump()).status ==
        200);
    CHECK(client.get(target, same).status == 200);
    CHECK(client.get(target, {{"If-Match", *first.header("ETag")}}).status == 412);
    CHECK(client.get(target, {{"If-Match", "*"}}).status == 200);
    CHECK(client.get(target, {{"If-None-Match", "*"}}).status == 304);
  }
}

}  // namespace rollcall::tests
