// Logs the outages of a connection: a line for each change of state, none for an attempt.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "actors/runtime/limited_log.hpp"
#include "db/postgres/client/error.hpp"

namespace rollcall::actors {

class PgOutage {
 public:
  /// `name` is the actor's, `where` the database's. `log` limits the lines if a connection is lost
  /// again and again as soon as it is made; it must outlive this object.
  PgOutage(LimitedLog& log, std::string name, std::string where)
      : log_(&log), name_(std::move(name)), where_(std::move(where)) {}

  void ready() {
    if (std::exchange(connected_, true)) return;
    told_.reset();
    log_->say(spdlog::level::info, "ready " + where_, name_ + ": ready on " + where_);
  }

  void lost(const db::PgError& error) {
    if (error.kind == db::PgError::Kind::replaced) return;
    connected_ = false;
    // Lost, unreachable and silent are one state: in an outage, attempts may fail in each way.
    using Kind = db::PgError::Kind;
    const bool there = error.refused() || error.kind == Kind::statement;
    const auto state = there ? error.kind : Kind::unreachable;
    if (told_ == state) return;
    told_ = state;
    const auto cause = std::to_string(static_cast<int>(state));
    log_->error("lost " + where_ + cause,
                name_ + ": no connection to " + where_ + ", trying again: " + error.explained());
  }

 private:
  LimitedLog* log_;
  std::string name_;
  std::string where_;
  bool connected_ = false;
  std::optional<db::PgError::Kind> told_{};
};

}  // namespace rollcall::actors
