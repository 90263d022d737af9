// GET /users in pages while others create and delete.
#include <cstdlib>
#include <future>

#include "tests/api/unrecorded.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/command.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/cluster.hpp"
#include "tests/support/progress.hpp"

namespace rollcall::tests {

namespace {

// How many users there are at the begin; PAGING_USERS=100000 for a longer run.
int users_at_begin() {
  const char* given = std::getenv("PAGING_USERS");
  return given != nullptr ? std::stoi(given) : 10'000;
}

// The others stay from begin to end.
bool may_be_deleted(std::int64_t id) { return id % 5 == 0; }

void import_users(const std::string& url, int count, const TempDir& folder) {
  std::string lines;
  for (int i = 1; i <= count; ++i) lines += R"({"name":"User )" + std::to_string(i) + "\"}\n";
  write_file(folder / "users.ndjson", lines);
  const auto done = run_command(std::vector<std::string>{"import"} + on_url(url) +
                                std::vector<std::string>{(folder / "users.ndjson").string()});
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
}

// Deletes those who may be, in an order of its own, and creates users. Returns how many it deleted.
int create_and_delete(std::uint16_t port, int count, const Finish& finish, Progress& progress) {
  int deleted = 0;
  for (std::int64_t turn = 0; !finish.now; ++turn) {
    constexpr std::int64_t stride = 7'919;  // a prime, so that every id has its turn
    const auto id = 1 + (turn * stride) % count;
    if (may_be_deleted(id)) {
      const Request removal{.method = "DELETE", .target = "/users/" + std::to_string(id)};
      deleted += tell(port, removal).status == 204 ? 1 : 0;
    }
    if (tell(port, creation("User " + std::to_string(id))).status != 201) break;
    progress.step();
  }
  return deleted;
}

/// Counts who is met on the way from this page on, in the direction of `link`; each page is
/// followed by a write of the others.
std::map<std::int64_t, int> walk(std::uint16_t port, std::string target, const char* link,
                                 Progress& progress) {
  std::map<std::int64_t, int> met;
  while (!target.empty()) {
    const auto answer = tell(port, {.target = target});
    REQUIRE(answer.status == 200);
    const auto page = answer.json();
    for (const auto& user : page.at("users")) ++met[user.at("id").get<std::int64_t>()];
    const auto& further = page.at(link);
    target = further.is_null() ? "" : further.get<std::string>();
    progress.wait_for(1);
  }
  return met;
}

void check_all_met_once(const std::map<std::int64_t, int>& met, int count) {
  int missed = 0;
  int repeated = 0;
  for (std::int64_t id = 1; id <= count; ++id) {
    if (!may_be_deleted(id) && !met.contains(id)) ++missed;
  }
  for (const auto& [id, times] : met) repeated += times > 1 ? 1 : 0;
  CHECK(missed == 0);
  CHECK(repeated == 0);
}

}  // namespace

TEST_CASE("pages miss no user and repeat none while others create and delete", "[threads]") {
  const int count = users_at_begin();
  const bool on_postgres = GENERATE(false, true);
  INFO((on_postgres ? "PostgreSQL" : "SQLite"));
  const TempDir folder;
  std::optional<PgDatabase> database;
  if (on_postgres) database.emplace(shared_cluster());
  const auto url = on_postgres ? database->url() : "sqlite:" + (folder / "users.db").string();
  import_users(url, count, folder);
  DaemonProcess daemon({.url = url, .loops = 2});
  const auto port = daemon.port();
  Finish finish;
  Progress progress;
  auto others = std::async(std::launch::async,
                           [&] { return create_and_delete(port, count, finish, progress); });
  const auto last = std::to_string(std::numeric_limits<std::int64_t>::max());
  check_all_met_once(walk(port, "/users?limit=100", "next", progress), count);
  check_all_met_once(walk(port, "/users?limit=100&before=" + last, "prev", progress), count);
  check_all_met_once(walk(port, "/users?limit=100&name=user", "next", progress), count);
  check_all_met_once(walk(port, "/users?limit=100&active=true", "next", progress), count);
  finish.now = true;
  CHECK(others.get() > 0);
}

}  // namespace rollcall::tests
