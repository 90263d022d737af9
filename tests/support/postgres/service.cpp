#include "tests/support/postgres/service.hpp"

#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

DaemonOptions pg_node(const std::string& url, int loops, std::vector<std::string> set) {
  set.emplace_back("supervision.max_restarts=0");
  return {.url = url, .loops = loops, .set = std::move(set)};
}

std::string url_through(const TcpProxy& proxy, const PgDatabase& database) {
  return "postgres://postgres@127.0.0.1:" + std::to_string(proxy.port()) + "/" + database.name();
}

PgService::PgService(int loops, std::vector<std::string> set)
    : daemon_(pg_node(database_.url(), loops, std::move(set))) {
  wait_for_every_part(daemon_.admin_port());
  create_sample_users(daemon_.port(), 100);
}

bool marked_stale(const Response& response) {
  const bool marked = response.header("Cache-Status") == "rollcall; hit; detail=stale-if-error";
  const auto age = response.header("Age").value_or("");
  CHECK(marked == !age.empty());
  CHECK(age.find_first_not_of("0123456789") == std::string::npos);
  return marked;
}

Response wait_for_stale(HttpClient& client, const std::string& target) {
  Response answer;
  wait_until("no answer is marked as stale", [&] {
    answer = client.get(target);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return marked_stale(answer);
  });
  return answer;
}

void wait_for_service(HttpClient& client, const std::string& target) {
  wait_until("does not serve", [&] {
    const auto written = client.write("PATCH", target, R"({"name":"Whole again"})");
    const auto read = client.get(target, {{"Cache-Control", "no-cache"}});
    return written.status == 200 && read.status == 200;
  });
}

int lines_with(const std::string& log, const std::string& text) {
  std::istringstream lines(log);
  int found = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(text) != std::string::npos) ++found;
  }
  return found;
}

}  // namespace rollcall::tests
