// Reads the log of changes for all that follow it in this process: once, however many they are.
//
// Owns     the position up to which it has read; one timer while anybody follows.
// Receives ReadChanges from the invalidation feed, which hears of the writes of all nodes, and from
//          followers that begin.
// Ends     by a bug, or with its supervisor. Where the log can't be read, it tries again with the
//          next message or tick.
// Restart  by the supervisor `edge`.
// Lost     the position: followers that are not at the new one read the log themselves.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"

namespace rollcall::actors {

/// How many follow the log, in the whole process.
using FollowerCount = std::atomic<std::size_t>;

/// Nothing is read while nobody follows, or before all followers have taken what was read before.
class ChangeReader {
 public:
  using Handle = ChangeReaderHandle;
  using Self = LoopActor<ChangeReader>;

  /// How often the log is read whether or not a message says so, as notifications can be lost.
  static constexpr std::chrono::seconds interval{1};
  /// How long the store may take.
  static constexpr std::chrono::seconds patience{2};

  ChangeReader(Self& self, PageStoreHandle log, std::vector<ChangeFollowerHandle> followers,
               std::shared_ptr<FollowerCount> count);
  Handle::behavior_type behavior();

 private:
  void read();
  void take(const ChangesPage& page);
  void tell(const ChangesRead& read);
  void one_less();

  Self& self_;
  PageStoreHandle log_;
  std::vector<ChangeFollowerHandle> followers_;
  std::shared_ptr<FollowerCount> count_;
  std::optional<std::int64_t> position_{};  // nothing: to begin at the end of the log
  std::size_t awaited_ = 0;                 // replies of the store and of followers
  bool again_ = false;                      // to read on when they are here
  Ticker ticker_;
};

}  // namespace rollcall::actors
