// What each prepared statement of the program does to a simulated database. A statement is known by
// its name, its parameters and columns by its declaration: a changed text changes nothing here, a
// new statement fails loudly.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "db/postgres/statements.hpp"
#include "tests/simulator/postgres/database.hpp"
#include "tests/simulator/postgres/wire.hpp"

namespace rollcall::simulator {

/// The declaration of this name; throws ProtocolError where the program has none.
const db::StatementShape& shape_named(std::string_view name);

/// A statement with its parameters.
struct Bound {
  const db::StatementShape* shape = nullptr;
  std::vector<WireValue> parameters{};
};

/// What came of one statement.
struct Executed {
  enum class Outcome {
    done,     // with rows and a tag
    refused,  // by the server, with a SQLSTATE
    blocked,  // by a lock: to be executed again when one is released
  };
  Outcome outcome = Outcome::done;
  std::vector<WireRow> rows{};
  std::string tag{};  // or the message
  std::string sqlstate{};
};

/// The session that executes, and in which circumstances.
struct Executor {
  Database& database;
  Transaction& transaction;
  Holder holder;
  bool read_only;  // the server refuses to write
  std::chrono::milliseconds lock_timeout;
  bool waited;  // this statement has been blocked before
};

/// Executes all but what begins, ends or divides transactions. Throws ProtocolError for a statement
/// that is not known here.
Executed executed(const Bound& bound, const Executor& by);

}  // namespace rollcall::simulator
