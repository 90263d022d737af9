// A blocking store's link to its database: opened and reopened on its own schedule. An outage is
// not a crash: it does not count against the restart budget.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include <spdlog/spdlog.h>
#include <tl/expected.hpp>

#include "actors/runtime/backoff.hpp"
#include "actors/runtime/clock.hpp"
#include "actors/runtime/limited_log.hpp"
#include "db/sqlite/error.hpp"

namespace rollcall::actors {

/// What a SQLite store is told at its start.
struct SqliteStoreOptions {
  std::filesystem::path path;                          // absolute; must exist to be opened
  std::chrono::milliseconds statement_timeout{1'000};  // of real time
  std::chrono::milliseconds reconnect_min{50};
  std::chrono::milliseconds reconnect_max{500};
  std::optional<std::uint64_t> seed{};  // of the delays; none: another one for each store
};

/// `Connection` is db::SqliteReader or db::SqliteWriter. Logs one line for each change of state,
/// none for an attempt. Opening blocks the loop for at most the statement timeout and the disk.
template <class Connection>
class SqliteLink {
 public:
  /// Opens at once; where that fails, again and again through `schedule`, from reconnect_min to
  /// reconnect_max apart, with full jitter. `name` is for the log.
  SqliteLink(std::string name, SqliteStoreOptions options, Schedule schedule)
      : name_(std::move(name)),
        options_(std::move(options)),
        schedule_(std::move(schedule)),
        log_(schedule_),
        backoff_(options_.reconnect_min, options_.reconnect_max,
                 options_.seed.value_or(std::random_device{}())) {
    open();
  }

  /// Null while there is no connection.
  Connection* connection() { return connection_ ? &*connection_ : nullptr; }

  /// The database did what was asked.
  void worked() {
    attempts_ =
        0;  // not already when it opened: what opens and then fails would be tried in a hurry
    if (!failing_) return;
    failing_ = false;
    log_.say(spdlog::level::info, "works", name_ + ": works again");
  }

  /// It did not. `reopen`: the connection is closed, and another one opened later.
  void failed(const db::SqliteError& error, bool reopen) {
    damaged_ = damaged_ || error.damaged();
    if (reopen) {
      connection_.reset();
      enter(State::connecting, error);
      open_later();
    } else if (error.invalid_row()) {
      log_.error("invalid row", name_ + ": " + error.detail);
    } else if (!failing_) {
      failing_ = true;
      log_.error("fails", name_ + ": " + error.explained());
    }
  }

 private:
  // refused: the database is there, but not one that this binary works with.
  enum class State { starting, connecting, refused, ready };

  void open() {
    auto opened = Connection::open(options_.path, options_.statement_timeout);
    // Opening reads two pages. A file that was found damaged is not ready until all are sound.
    if (opened && damaged_) {
      if (auto sound = opened->check_pages(); !sound) opened = tl::unexpected(sound.error());
    }
    if (opened) {
      damaged_ = false;
      connection_.emplace(std::move(*opened));
      failing_ = false;
      state_ = State::ready;
      spdlog::info("{}: ready on {}", name_, options_.path.string());
      return;
    }
    enter(opened.error().refused() ? State::refused : State::connecting, opened.error());
    open_later();
  }

  void open_later() {
    retry_ = schedule_(backoff_.delay(attempts_), [this] { open(); });
    if (attempts_ < 30) ++attempts_;  // the longest delay is reached long before
  }

  void enter(State state, const db::SqliteError& error) {
    if (state_ == state) return;
    state_ = state;
    spdlog::error("{}: no connection to {}, trying again: {}", name_, options_.path.string(),
                  error.explained());
  }

  std::string name_;
  SqliteStoreOptions options_;
  Schedule schedule_;
  LimitedLog log_;
  Backoff backoff_;
  State state_ = State::starting;
  bool damaged_ = false;
  bool failing_ = false;  // connected, and the last call failed
  int attempts_ = 0;
  std::optional<Connection> connection_;
  Timer retry_;
};

}  // namespace rollcall::actors
