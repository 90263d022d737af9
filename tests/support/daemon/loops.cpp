#include "tests/support/daemon/loops.hpp"

#include <algorithm>
#include <numeric>

#include "tests/support/catch.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {
namespace {

std::vector<int> counts_by_loop(std::uint16_t admin_port, const char* of) {
  const auto ready = ask_once(admin_port, {.target = "/ready"});
  std::vector<int> counts;
  const auto document = ready.json();
  for (const auto& loop : document.at("loops")) counts.push_back(loop.at(of).get<int>());
  return counts;
}

int sum_over_loops(std::uint16_t admin_port, const char* of) {
  const auto counts = counts_by_loop(admin_port, of);
  return std::accumulate(counts.begin(), counts.end(), 0);
}

Json part_of(std::uint16_t admin_port, const std::string& name) {
  const auto document = ask_once(admin_port, {.target = "/ready"}).json();
  for (const auto& part : document.at("parts")) {
    if (part.at("name") == name) return part;
  }
  throw std::runtime_error("/ready knows no part " + name);
}

}  // namespace

std::vector<int> connections_by_loop(std::uint16_t admin_port) {
  return counts_by_loop(admin_port, "connections");
}

int requests_in_flight(std::uint16_t admin_port) { return sum_over_loops(admin_port, "in_flight"); }

std::size_t bytes_buffered(std::uint16_t admin_port) {
  return static_cast<std::size_t>(sum_over_loops(admin_port, "buffered_bytes"));
}

int requests_answered(std::uint16_t admin_port) {
  // A /ready during the check of another client, such as HAProxy, gets the result of that check,
  // which may have counted before. The next check begins after the first answer.
  ask_once(admin_port, {.target = "/ready"});
  return sum_over_loops(admin_port, "answered");
}

void wait_for_in_flight(std::uint16_t admin_port, int wanted) {
  wait_until("never are " + std::to_string(wanted) + " in flight",
             [&] { return requests_in_flight(admin_port) >= wanted; });
}

void wait_for_ready(std::uint16_t admin_port, int status) {
  wait_until("/ready never answers " + std::to_string(status),
             [&] { return ask_once(admin_port, {.target = "/ready"}).status == status; });
}

bool part_ready(std::uint16_t admin_port, const std::string& name) {
  return part_of(admin_port, name).at("ready").get<bool>();
}

std::string part_detail(std::uint16_t admin_port, const std::string& name) {
  return part_of(admin_port, name).value("detail", "");
}

void wait_for_every_part(std::uint16_t admin_port) {
  wait_until("parts never are ready", [&] {
    const auto ready = ask_once(admin_port, {.target = "/ready"});
    const auto document = ready.json();
    const auto& parts = document.at("parts");
    const bool whole = std::all_of(parts.begin(), parts.end(),
                                   [](const Json& part) { return part.at("ready").get<bool>(); });
    return ready.status == 200 && whole;
  });
}

void wait_for_accepting(std::uint16_t port) {
  wait_until("no new connection is served", [&] {
    try {
      return ask_once(port, {}).status == 200;
    } catch (const ConnectionClosed&) {
      return false;
    }
  });
}

std::vector<std::unique_ptr<HttpClient>> connections_on_every_loop(std::uint16_t port,
                                                                   std::uint16_t admin_port,
                                                                   int loops) {
  // Each of n connections falls on one of 3 loops: with 48, one loop has none in 1 of 10^8 runs.
  const int wanted = loops == 1 ? 4 : 16 * loops;
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < wanted; ++i) {
    clients.push_back(std::make_unique<HttpClient>(port));
    REQUIRE(clients.back()->get("/").status == 200);
  }
  const auto served = connections_by_loop(admin_port);
  REQUIRE(served.size() == static_cast<std::size_t>(loops));
  REQUIRE(std::all_of(served.begin(), served.end(), [](int count) { return count >= 1; }));
  return clients;
}

}  // namespace rollcall::tests
