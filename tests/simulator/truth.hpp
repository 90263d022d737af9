// What was true of each user, and when: the simulated database writes it, the checker reads it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulator/virtual_time.hpp"

namespace rollcall::simulator {

/// A user as a client can see it.
struct Seen {
  std::int64_t version = 0;
  std::string name{};
  bool operator==(const Seen&) const = default;
};
/// Nothing: there was no such user.
using State = std::optional<Seen>;

/// From `stamp` on (a step of the scheduler), at `time`, a user was in this state.
struct StateChange {
  std::uint64_t stamp;
  TimePoint time;
  State state;
  bool undone = false;  // no commit: a failover has brought this older state back
};

/// The server's name was given to another server.
struct Succession {
  std::uint64_t stamp;
  TimePoint time;
  bool behind;  // commits were lost; else the old server lives on for a while, read-only
  std::map<int, TimePoint> arrived{};  // by node: its first usable connection to the new server
};

struct Truth {
  std::map<std::int64_t, std::vector<StateChange>> users{};  // in order; absent before the first
  std::vector<Succession> successions{};
};

}  // namespace rollcall::simulator
