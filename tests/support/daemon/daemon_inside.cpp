#include "tests/support/daemon/daemon_inside.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/command.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

using Way = actors::TestCrash::Way;

config::Settings inside_settings(const std::filesystem::path& database, int loops) {
  config::Settings settings;
  settings.http.port = 0;
  settings.http.loops = loops;
  settings.admin.port = 0;
  settings.database.url = "sqlite:" + database.string();
  // Longer than any disk takes to flush, so that a client sees the crash and no timeout.
  settings.http.request_timeout = std::chrono::seconds{30};
  settings.database.statement_timeout = std::chrono::seconds{20};
  return settings;
}

DaemonInside::DaemonInside(int loops, int max_restarts) : loops_(loops) {
  const auto users = folder_ / "users.ndjson";
  write_file(users, sample_lines(100));
  REQUIRE(run_command(std::vector<std::string>{"import", users.string()} +
                      on_database(folder_ / "users.db"))
              .exit_code == 0);
  auto settings = inside_settings(folder_ / "users.db", loops);
  settings.supervision.max_restarts = max_restarts;
  daemon_ = std::make_unique<app::Daemon>(settings);
  daemon_->on_failure([this] { failure_.set_value(); });
  const auto started = daemon_->start();
  INFO((started ? "" : started.error()));
  REQUIRE(started.has_value());
}

DaemonInside::~DaemonInside() {
  if (!daemon_->stop()) FAIL_CHECK("an actor did not stop in time");
}

bool DaemonInside::runs(const std::string& name) {
  const auto children = daemon_->children();
  return std::any_of(children.begin(), children.end(),
                     [&](const auto& child) { return child.name == name && child.running; });
}

bool DaemonInside::crash(const std::string& name, Way way) {
  for (const auto& report : daemon_->children()) {
    if (report.name != name || !report.actor) continue;
    actors::crash(report.actor, way);
    return true;
  }
  return false;
}

int DaemonInside::crash_until_failure(const std::string& name, Way way) {
  const auto end = std::chrono::steady_clock::now() + patience;
  auto failure = failure_.get_future();
  int crashed = 0;
  while (failure.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    if (crash(name, way)) ++crashed;
    if (std::chrono::steady_clock::now() > end) FAIL("the daemon does not give up");
  }
  return crashed;
}

int DaemonInside::restarts(const std::string& name) {
  const auto children = daemon_->children();
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const auto& child) { return child.name == name; });
  if (found == children.end()) throw std::runtime_error("there is no actor " + name);
  return found->restarts;
}

void DaemonInside::crash_and_wait(const std::string& name, Way way) {
  const int before = restarts(name);
  REQUIRE(crash(name, way));
  auto admin = HttpClient(daemon_->admin_port());
  wait_until(name + " does not come back", [&] {
    CHECK(admin.get("/live").status == 200);
    const auto children = daemon_->children();
    return std::any_of(children.begin(), children.end(), [&](const auto& child) {
      return child.name == name && child.running && child.restarts > before;
    });
  });
}

bool DaemonInside::all_alive() {
  const auto children = daemon_->children();
  return std::all_of(children.begin(), children.end(),
                     [](const auto& child) { return child.running; });
}

void DaemonInside::wait_until_healed() {
  wait_until("an actor does not come back", [&] { return all_alive(); });
  wait_for_accepting(daemon_->port());
  const auto clients = connections_on_every_loop(daemon_->port(), daemon_->admin_port(), loops_);
  const auto retry = [](HttpClient& client, const Request& request) {
    wait_until("does not recover", [&] { return client.ask(request).status / 100 == 2; });
  };
  for (const auto& client : clients) {
    retry(*client, {.target = "/users/1"});
    retry(*client, {.method = "PATCH",
                    .target = "/users/1",
                    .headers = {{"Content-Type", "application/json"}},
                    .body = R"({"name":"Healed"})"});
  }
}

Way any_way_to_crash() { return GENERATE(Way::exception, Way::exit); }

std::string shown(Way way) { return way == Way::exception ? "by an exception" : "by an exit"; }

std::vector<std::string> names_of_actors(int loops) {
  std::vector<std::string> names{"store-read", "store-write", "write-sequencer",
                                 "invalidation-feed"};
  for (int i = 0; i < loops; ++i) {
    for (const std::string role : {"user-lookup-", "gateway-", "listener-"}) {
      names.push_back(role + std::to_string(i));
    }
  }
  return names;
}

}  // namespace rollcall::tests
