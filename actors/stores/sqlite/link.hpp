// The connection of a store to SQLite, opened and reopened on its own schedule. An outage is not a
// crash: it does not count against the restart budget.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <spdlog/spdlog.h>
#include <tl/expected.hpp>

#include "actors/runtime/clock.hpp"
#include "actors/runtime/limited_log.hpp"
#include "actors/stores/reconnect.hpp"
#include "db/sqlite/error.hpp"

namespace rollcall::actors {

/// The options of both SQLite stores.
struct SqliteStoreOptions {
  std::filesystem::path path;                          // absolute; must exist to be opened
  std::chrono::milliseconds statement_timeout{1'000};  // of real time
  ReconnectOptions reconnect{};
  std::chrono::days keep_changes{30};  // in the log
};

/// `Connection` is db::SqliteReader or db::SqliteWriter. Logs one line for each change of state,
/// none for an attempt. Opening blocks the loop: for the statement timeout at most, plus what the
/// disk takes; once damage was found, also for the check of all pages (4 s at most).
template <class Connection>
class SqliteLink {
 public:
  /// Opens at once; if that fails, again and again through `schedule`. `name` is for the log.
  SqliteLink(std::string name, SqliteStoreOptions options, Schedule schedule)
      : name_(std::move(name)),
        options_(std::move(options)),
        log_(schedule),
        reconnect_(std::move(schedule), options_.reconnect, [this] { open(); }) {
    open();
  }

  /// Null while there is no connection.
  Connection* connection() { return connection_ ? &*connection_ : nullptr; }

  /// A call succeeded.
  void worked() {
    reconnect_.worked();
    if (!failing_) return;
    failing_ = false;
    log_.say(spdlog::level::info, "works", name_ + ": works again");
  }

  /// A call failed. `reopen`: the connection is closed, and another one opened later.
  void failed(const db::SqliteError& error, bool reopen) {
    damaged_ = damaged_ || error.damaged();
    if (reopen) {
      connection_.reset();
      enter(State::connecting, error);
      reconnect_.after_failure();
    } else if (error.invalid_row()) {
      log_.error("invalid row", name_ + ": " + error.detail);
    } else if (!failing_) {
      failing_ = true;
      log_.error("fails", name_ + ": " + error.explained());
    }
  }

 private:
  // refused: the file is there, but this binary can't work with it.
  enum class State { starting, connecting, refused, ready };

  void open() {
    auto opened = Connection::open(options_.path, options_.statement_timeout);
    // Opening reads two pages. A file that was found damaged is ready only if all pages are sound.
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
    reconnect_.after_failure();
  }

  void enter(State state, const db::SqliteError& error) {
    if (state_ == state) return;
    state_ = state;
    spdlog::error("{}: no connection to {}, trying again: {}", name_, options_.path.string(),
                  error.explained());
  }

  std::string name_;
  SqliteStoreOptions options_;
  LimitedLog log_;
  State state_ = State::starting;
  bool damaged_ = false;
  bool failing_ = false;  // connected, and the last call failed
  std::optional<Connection> connection_;
  Reconnect reconnect_;
};

}  // namespace rollcall::actors
