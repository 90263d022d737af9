// GET /users in pages.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

std::vector<std::int64_t> ids_of(const Json& page) {
  std::vector<std::int64_t> ids;
  for (const auto& user : page.at("users")) ids.push_back(user.at("id").get<std::int64_t>());
  return ids;
}

}  // namespace

TEST_CASE("a page holds the users, the URL of the next one, and its Link") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto answer = client.get("/users?limit=3");
  REQUIRE(answer.status == 200);
  const auto page = answer.json();
  CHECK(page.size() == 3);
  CHECK(ids_of(page) == std::vector<std::int64_t>{1, 2, 3});
  CHECK(page.at("users").at(0) == client.get("/users/1").json());
  const auto next = page.at("next").get<std::string>();
  CHECK(next.starts_with("/users?"));
  CHECK(answer.header("Link") == "<" + next + ">; rel=\"next\"");
  CHECK(ids_of(client.get(next).json()) == std::vector<std::int64_t>{4, 5, 6});
}

TEST_CASE("following next returns every user exactly once, whatever the size of a page") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const int limit : {1, 7, 500}) {
    INFO("limit " << limit);
    std::vector<std::int64_t> met;
    std::size_t pages = 0;
    std::string target = "/users?limit=" + std::to_string(limit);
    while (!target.empty() && pages < 1'001) {
      const auto answer = client.get(target);
      REQUIRE(answer.status == 200);
      const auto page = answer.json();
      const auto ids = ids_of(page);
      met.insert(met.end(), ids.begin(), ids.end());
      ++pages;
      const auto& next = page.at("next");
      const auto link = answer.header("Link").value_or("");
      CHECK((link.find("rel=\"next\"") != std::string::npos) == !next.is_null());
      target = next.is_null() ? "" : next.get<std::string>();
    }
    REQUIRE(met.size() == 1'000);
    bool ascending = true;
    for (std::size_t i = 0; i < met.size(); ++i) {
      ascending = ascending && met[i] == static_cast<std::int64_t>(i + 1);
    }
    CHECK(ascending);
    CHECK(pages == (1'000 + static_cast<std::size_t>(limit) - 1) / static_cast<std::size_t>(limit));
  }
}

TEST_CASE("without a limit a page has a bounded size, and next leads on") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto page = client.get("/users").json();
  CHECK(page.at("users").size() == 50);
  CHECK(ids_of(client.get(page.at("next").get<std::string>()).json()).front() == 51);
}

TEST_CASE("an empty database has an empty page without a next one") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto answer = client.get("/users");
  CHECK(answer.status == 200);
  CHECK(answer.json() == Json::parse(R"({"users":[],"next":null,"prev":null})"));
  CHECK_FALSE(answer.header("Link").has_value());
}

TEST_CASE("users created and deleted while pages are read do not displace others") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto first = client.get("/users?limit=500").json();
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/1"}).status == 204);
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/501"}).status == 204);
  create_user(client, "Ada");
  const auto second = client.get(first.at("next").get<std::string>()).json();
  CHECK(ids_of(second).front() == 502);
  CHECK(ids_of(second).back() == 1'001);
  CHECK(second.at("users").size() == 500);
  CHECK(second.at("next").is_null());  // a page that is just full is the last one
}

TEST_CASE("HEAD of a page has the length and the Link of its GET") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto got = client.get("/users?limit=5");
  const auto head = client.ask({.method = "HEAD", .target = "/users?limit=5"});
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == std::to_string(got.body.size()));
  CHECK(head.header("Link") == got.header("Link"));
}

TEST_CASE("a wrong or unknown parameter is refused as invalid-parameter") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const std::string query :
       {"limit=0", "limit=501", "limit=-1", "limit=abc", "limit=1e2", "limit=+5",
        "limit=99999999999999999999", "limit=5&limit=6", "limit=5&limit=", "after=x!", "after=-1",
        "after=99999999999999999999", "after=1&after=2", "after=&after=1", "colour=red",
        "colour=", "limt=5"}) {
    INFO(query);
    check_problem(client.get("/users?" + query), 400, "invalid-parameter", "");
  }
  CHECK(client.get("/users?limit=1").status == 200);
  CHECK(client.get("/users?limit=500").status == 200);
}

TEST_CASE("an empty parameter is the same as none") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto first = client.get("/users").body;
  for (const std::string query : {"after=", "limit=", "limit=&after=", "after"}) {
    INFO(query);
    const auto answer = client.get("/users?" + query);
    CHECK(answer.status == 200);
    CHECK(answer.body == first);
  }
  CHECK(client.get("/users?limit=&after=50").body == client.get("/users?after=50").body);
}

TEST_CASE("one answer names all wrong parameters") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto names_in = [](const Json& problem) {
    std::vector<std::string> names;
    for (const auto& fault : problem.at("errors")) {
      CHECK_FALSE(fault.at("detail").get<std::string>().empty());
      names.push_back(fault.at("parameter").get<std::string>());
    }
    return names;
  };
  const auto three = client.get("/users?limit=0&after=x&foo=1");
  check_problem(three, 400, "invalid-parameter", "/users");
  CHECK(three.json().at("detail") == "3 parameters are wrong");
  CHECK(names_in(three.json()) == std::vector<std::string>{"limit", "after", "foo"});
  const auto of_user = client.get("/users/1?a=&b");
  check_problem(of_user, 400, "invalid-parameter", "/users/1");
  CHECK(names_in(of_user.json()) == std::vector<std::string>{"a", "b"});
  std::string many = "/users?";
  for (int i = 0; i < 1'000; ++i) many += std::to_string(i) + "&";
  const auto of_many = client.get(many).json();
  CHECK(of_many.at("detail") == "1000 parameters are wrong; the first 32 are named");
  CHECK(names_in(of_many).size() == 32);
}

}  // namespace rollcall::tests
