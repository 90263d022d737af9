// PUT and PATCH of what GET gave.
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

TEST_CASE("what GET gave is taken back by PUT and PATCH") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const std::string method : {"PUT", "PATCH"}) {
    const auto before = client.get("/users/42");
    const auto answer = client.write(method, "/users/42", before.body);
    REQUIRE(answer.status == 200);
    CHECK(answer.body == before.body);
    auto user = before.json();
    const auto name = method + " Ada";
    user["name"] = name;
    CHECK(client.write(method, "/users/42", user.dump()).json().at("name") == name);
    check_problem(client.write(method, "/users/42", user.dump()), 422, "validation-failed",
                  "/users/42");
  }
}

TEST_CASE("a field of the server that is not the user's is named in a 422, and changes nothing") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto before = client.get("/users/42").body;
  const std::vector<std::pair<std::string, Json>> wrong{{"id", 43},
                                                        {"id", "42"},
                                                        {"version", 2},
                                                        {"version", "1"},
                                                        {"version", nullptr},
                                                        {"created_at", "2020-01-01T00:00:00.000Z"},
                                                        {"created_at", "2020-01-01"},
                                                        {"updated_at", "2020-01-01T00:00:00.000Z"},
                                                        {"updated_at", 0}};
  for (const auto& [field, value] : wrong) {
    INFO(field << ": " << value.dump());
    auto user = Json::parse(before);
    user[field] = value;
    for (const std::string method : {"PUT", "PATCH"}) {
      const auto answer = client.write(method, "/users/42", user.dump());
      check_problem(answer, 422, "validation-failed", "/users/42");
      CHECK(answer.json().at("detail") == "1 field is wrong");
      CHECK(invalid_fields(answer) == std::vector<std::string>{"/" + field});
    }
  }
  CHECK(client.get("/users/42").body == before);
}

TEST_CASE("all fields that are not the user's are named, and the answer has the user's tag") {
  SampleDaemon sample;
  auto client = sample.connect();
  const std::string time = "2020-01-01T00:00:00.000Z";
  const Json other{{"version", 9}, {"created_at", time}, {"updated_at", time}};
  const auto answer = client.write("PATCH", "/users/42", other.dump());
  check_problem(answer, 422, "validation-failed", "/users/42");
  CHECK(invalid_fields(answer) ==
        std::vector<std::string>{"/created_at", "/updated_at", "/version"});
  CHECK(answer.header("ETag") == "\"1\"");
}

TEST_CASE("of many racing writes of one reading exactly one is applied") {
  DaemonProcess daemon({.loops = GENERATE(1, 3)});
  HttpClient first(daemon.port());
  REQUIRE(first.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  const auto read = first.get("/users/1").json();
  std::vector<std::future<int>> racers;
  for (int i = 0; i < 8; ++i) {
    racers.push_back(std::async(std::launch::async, [&daemon, user = read, i]() mutable {
      HttpClient client(daemon.port());
      user["name"] = "Eve " + std::to_string(i);
      return client.write("PUT", "/users/1", user.dump()).status;
    }));
  }
  int applied = 0;
  int refused = 0;
  for (auto& racer : racers) {
    const int status = racer.get();
    applied += status == 200 ? 1 : 0;
    refused += status == 422 ? 1 : 0;
  }
  CHECK(applied == 1);
  CHECK(refused == 7);
}

TEST_CASE("a condition is compared before the fields of the body") {
  SampleDaemon sample;
  auto client = sample.connect();
  auto user = client.get("/users/42").json();
  user["name"] = "Ada";
  const auto put = [&](const std::string& tag) {
    return client.write("PUT", "/users/42", user.dump(), {{"If-Match", tag}});
  };
  check_problem(put("\"2\""), 412, "precondition-failed", "/users/42");
  CHECK(put("\"1\"").status == 200);
  CHECK(invalid_fields(put("*")) == std::vector<std::string>{"/updated_at", "/version"});
}

}  // namespace rollcall::tests
