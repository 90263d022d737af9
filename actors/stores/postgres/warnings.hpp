// Logs the warnings that a server sends with its results.
#pragma once

#include <string>

#include "actors/runtime/limited_log.hpp"
#include "db/postgres/client/result.hpp"

namespace rollcall::actors {

/// `name` is the actor's.
inline void log_warnings(LimitedLog& log, const std::string& name, const db::PgResult& result) {
  for (const auto& warning : result.warnings()) {
    log.warn("warning " + warning.sqlstate, name + ": PostgreSQL warns: " + warning.detail);
  }
}

}  // namespace rollcall::actors
