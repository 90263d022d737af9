// Executes the prepared statements of the program on a simulated database. It finds a statement by
// its name, and takes its parameters and columns from its declaration. A changed text is noticed
// for NOTIFY alone; a new statement throws ProtocolError.
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

/// The result of one statement.
struct Executed {
  enum class Outcome {
    done,     // with rows and a tag
    refused,  // by the server, with a SQLSTATE
    blocked,  // by a lock: to be retried when one is released
  };
  Outcome outcome = Outcome::done;
  std::vector<WireRow> rows{};
  std::string tag{};  // or the message
  std::string sqlstate{};
};

/// The session that executes a statement, and its state.
struct Executor {
  Database& database;
  Transaction& transaction;
  Holder holder;
  bool read_only;  // the server refuses to write
  std::chrono::milliseconds lock_timeout;
  bool waited;  // this statement has been blocked before
};

/// Executes all statements but BEGIN, COMMIT, ROLLBACK and those of savepoints. Throws
/// ProtocolError for a statement that is not known here.
Executed executed(const Bound& bound, const Executor& by);

}  // namespace rollcall::simulator
