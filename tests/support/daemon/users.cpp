#include "tests/support/daemon/users.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

namespace rollcall::tests {

std::filesystem::path sample_users() { return source_path("config/sample-users.ndjson"); }

std::string sample_lines(int count) {
  std::string lines;
  for (int i = 1; i <= count; ++i) {
    const auto n = std::to_string(i);
    lines += R"({"name":"Guest )" + n + R"(","email":"guest)" + n + "@example.org\"}\n";
  }
  return lines;
}

void import_sample(const std::filesystem::path& database) {
  const auto outcome = run_command(std::vector<std::string>{"import", sample_users().string()} +
                                   on_database(database));
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
}

SampleDaemon::SampleDaemon(int loops) {
  import_sample(folder_ / "users.db");
  daemon_ = std::make_unique<DaemonProcess>(
      DaemonOptions{.database = folder_ / "users.db", .loops = loops});
}

std::int64_t create_user(HttpClient& client, const std::string& name) {
  const auto created = client.write("POST", "/users", Json{{"name", name}}.dump());
  INFO(created.body);
  REQUIRE(created.status == 201);
  return created.json().at("id").get<std::int64_t>();
}

void create_sample_users(std::uint16_t port, int count) {
  HttpClient client(port);
  for (int i = 1; i <= count; ++i) {
    REQUIRE(create_user(client, "Guest " + std::to_string(i)) == i);
  }
}

void check_problem(const Response& response, int status, const std::string& slug,
                   const std::string& target) {
  INFO("status " << response.status << ", body: " << response.body);
  CHECK(response.status == status);
  CHECK(response.header("Content-Type") == "application/problem+json");
  CHECK(response.header("Date").has_value());
  REQUIRE(Json::accept(response.body));
  const auto problem = response.json();
  CHECK(problem.value("type", "") == "/problems/" + slug);
  CHECK(problem.value("status", 0) == status);
  CHECK_FALSE(problem.value("title", "").empty());
  CHECK_FALSE(problem.value("detail", "").empty());
  CHECK_FALSE(problem.value("trace_id", "").empty());
  if (!target.empty()) CHECK(problem.value("instance", "") == target);
}

std::string slug_of(const Response& response) {
  if (!Json::accept(response.body)) return "";
  const auto type = response.json().value("type", "");
  return type.substr(type.rfind('/') + 1);
}

std::vector<std::string> invalid_fields(const Response& response) {
  std::vector<std::string> pointers;
  const auto problem = response.json();
  for (const auto& fault : problem.at("errors")) {
    CHECK_FALSE(fault.at("detail").get<std::string>().empty());
    pointers.push_back(fault.at("pointer").get<std::string>());
  }
  std::sort(pointers.begin(), pointers.end());
  return pointers;
}

}  // namespace rollcall::tests
