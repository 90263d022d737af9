// The states of each user over time. The simulated database writes them, the checker reads them.
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
  bool undone = false;  // not by a commit: a failover has restored this older state
};

/// The server's name was given to another server.
struct Succession {
  std::uint64_t stamp;
  TimePoint time;
  bool behind;  // commits were lost; false: the old server lives on for a while, read-only
  std::map<int, TimePoint> arrived{};  // by node: its first usable connection to the new server
};

struct Truth {
  std::map<std::int64_t, std::vector<StateChange>> users{};  // in order; absent before the first
  std::vector<Succession> successions{};
};

}  // namespace rollcall::simulator
