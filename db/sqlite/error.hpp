// What SQLite said when it could not do what was asked. For logs and operators, never for clients.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.hpp"

struct sqlite3;

namespace rollcall::db {

struct SqliteError {
  int code;            // SQLite's extended result code (sqlite.org/rescode.html)
  std::string detail;  // the request, the message of SQLite and the code

  /// The result code without its extension, for instance SQLITE_IOERR.
  int primary() const { return code & 0xff; }
  /// The connection must not be used any more: close it and open another.
  bool connection_lost() const;
  /// The file is corrupt: pages are not what SQLite wrote.
  bool damaged() const;
  /// The time limit ended the statement.
  bool interrupted() const;
  /// No space on the disk, or no id left.
  bool full() const;
  /// The database is there and is not one that this binary can work with.
  bool refused() const;

  /// A row is no valid user.
  bool invalid_row() const;

  /// It would fail for any user: the cause is neither an invalid row nor a statement that took
  /// long.
  bool concerns_all() const { return !invalid_row() && !interrupted(); }
  /// What went wrong, as a part of a sentence, without names or texts from SQLite.
  std::string_view summary() const;
  /// The detail, after a plain text for what went wrong where there is one. For the operator.
  std::string explained() const;
};

/// What a client may know of it: storage_unavailable, or internal for an invalid row.
Error client_error(const SqliteError& error);

/// The error of the last call on this connection; of opening, where it is null. The detail begins
/// with `asked`.
SqliteError error_of(sqlite3* connection, int code, const std::string& asked);

/// The database does not look as this binary's statements need it.
SqliteError schema_mismatch_error(const std::string& detail);

/// A row that breaks the rules of domain/, written by another program.
SqliteError invalid_row_error(const std::string& detail);

/// The time limit passed before the statement was run.
SqliteError time_limit_error(const std::string& statement);

}  // namespace rollcall::db
