// What the clients of a simulation requested, and the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/truth.hpp"

namespace rollcall::simulator {

/// An empty patch is a PATCH that sets nothing: it shows the user as it is at that time, as a fresh
/// read does.
enum class Kind { read, fresh_read, empty_patch, create, change, conditional_change, remove };

std::string_view name_of(Kind kind);

/// One request and its answer. `stamp`s are steps of the scheduler.
struct Operation {
  std::size_t number = 0;
  Kind kind = Kind::read;
  int node = 0;
  int loop = 0;           // of the node
  int client = 0;         // sends one request after the other
  std::int64_t user = 0;  // 0: a create without an answer
  // The name that a write gives. No two writes have the same, but a create and its repetitions.
  std::string token{};
  std::int64_t expected_version = 0;  // of a conditional change
  bool keyed = false;                 // a create with an idempotency key

  std::uint64_t asked_stamp = 0;
  TimePoint asked_at{};
  TimePoint deadline{};
  int answers = 0;
  std::uint64_t answered_stamp = 0;
  TimePoint answered_at{};
  int status = 0;
  std::string slug{};   // of a problem
  State seen{};         // the user in a 2xx answer
  bool stale = false;   // marked as such
  bool replay = false;  // marked as such
  bool last = false;    // requested after the faults have ended

  bool is_read() const { return kind == Kind::read || is_fresh_read(); }
  bool is_fresh_read() const { return kind == Kind::fresh_read || kind == Kind::empty_patch; }
  bool succeeded() const { return status >= 200 && status < 300; }
  /// Whether the answer promises that nothing was changed.
  bool refused() const { return status >= 400 && slug != "outcome-unknown"; }
};

/// A loop that got no time.
struct Stall {
  static constexpr int no_http_loop = -1;  // control, or a store's
  int node;
  int loop;
  TimePoint from;
  TimePoint until;
};

/// The readiness of a node after the faults have ended.
struct Readiness {
  std::string node;
  int status = 0;  // 0: no answer
  std::string body{};
};

struct History {
  std::vector<Stall> stalls{};
  std::vector<Operation> operations{};
  std::vector<Readiness> readiness{};
};

/// One line of the report of a violation.
std::string shown(const Operation& operation);
std::string shown(std::int64_t user, const StateChange& change);

}  // namespace rollcall::simulator
