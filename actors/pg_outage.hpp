// What the log is told of a connection's troubles: a line for each change of state, none for an
// attempt.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "db/pg_fault.hpp"

namespace rollcall::actors {

class PgOutage {
 public:
  /// `name` is the actor's, `where` the database's.
  PgOutage(std::string name, std::string where)
      : name_(std::move(name)), where_(std::move(where)) {}

  void over() {
    if (std::exchange(connected_, true)) return;
    told_.reset();
    spdlog::info("{}: ready on {}", name_, where_);
  }

  void go_on(const db::PgFault& fault) {
    if (fault.kind == db::PgFault::Kind::replaced) return;
    connected_ = false;
    // Lost, not to be reached, silent: one state, of which each attempt may show another side.
    using Kind = db::PgFault::Kind;
    const bool there = fault.refused() || fault.kind == Kind::statement;
    const auto state = there ? fault.kind : Kind::unreachable;
    if (told_ == state) return;
    told_ = state;
    spdlog::error("{}: no connection to {}, trying again: {}", name_, where_, fault.explained());
  }

 private:
  std::string name_;
  std::string where_;
  bool connected_ = false;
  std::optional<db::PgFault::Kind> told_{};
};

}  // namespace rollcall::actors
