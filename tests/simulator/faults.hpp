// The faults of a simulation, and how often they occur.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rollcall::simulator {

/// Which kinds of faults a run may have. Turning a kind off changes the rest of what a seed does as
/// little as possible.
struct FaultKinds {
  bool late_commits = true;        // a commit takes effect after its client has stopped waiting
  bool cuts = true;                // a connection is cut at some point of a request
  bool delays = true;              // answers take long
  bool silence = true;             // a session, or the server, sends nothing for a while
  bool late_notifications = true;  // a listener is notified after the writer has its answer
  bool double_notifications = true;
  bool deaf = true;      // a pooler: answers statements, delivers no notifications
  bool restarts = true;  // all connections end at once; no connection is accepted for a while
  bool failover = true;  // to a server that lacks the last commits
  bool moves = true;     // the name moves to another server; the old one becomes read-only
  bool crashes = true;   // actors crash
  bool stalls = true;    // a loop gets no time for a while
  bool disk = true;      // of SQLite: full, or reads, writes and flushes fail

  /// The kind with this name; null where there is none.
  bool* find(std::string_view name) {
    const std::array<std::pair<std::string_view, bool*>, 13> kinds{{
        {"late-commits", &late_commits},
        {"cuts", &cuts},
        {"delays", &delays},
        {"silence", &silence},
        {"late-notifications", &late_notifications},
        {"double-notifications", &double_notifications},
        {"deaf", &deaf},
        {"restarts", &restarts},
        {"failover", &failover},
        {"moves", &moves},
        {"crashes", &crashes},
        {"stalls", &stalls},
        {"disk", &disk},
    }};
    for (const auto& [kind, flag] : kinds) {
      if (kind == name) return flag;
    }
    return nullptr;
  }
};

/// How often each fault occurs while faults are on, in percent of the occasions. The seed draws the
/// rates, so that some runs have many faults and others few.
struct FaultRates {
  double late_commit = 0;          // of commits
  double cut = 0;                  // of messages, and of what is sent
  double delay = 0;                // of what is sent
  double silence = 0;              // of messages
  double late_notification = 0;    // of notifications
  double double_notification = 0;  // of notifications
  double deaf = 0;                 // of connections
};

inline constexpr std::chrono::milliseconds latest_commit{4'000};
inline constexpr std::chrono::milliseconds latest_notification{300};
inline constexpr std::chrono::milliseconds longest_delay{1'500};
inline constexpr std::chrono::milliseconds longest_silence{3'000};

}  // namespace rollcall::simulator
