// What SQLite said when it could not do what was asked. For logs and operators, never for clients.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.hpp"

struct sqlite3;

namespace rollcall::db {

struct SqliteError {
  int code;            // SQLite's extended result code (sqlite.org/rescode.html)
  std::string detail;  // what was asked, what SQLite said, the name of the code

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

  /// It would have failed for any user: not a row that is invalid, nor a statement that took long.
  bool concerns_all() const { return !invalid_row() && !interrupted(); }
  /// A plain sentence part, without names and texts of SQLite's.
  std::string_view summary() const;
  /// The detail, begun with a plain word for what went wrong. For the operator.
  std::string explained() const;
};

/// What a client may know of it: storage_unavailable, or internal for an invalid row.
Error client_error(const SqliteError& error);

/// The error of the last call on this connection. `asked` begins the detail.
SqliteError error_of(sqlite3* connection, int code, const std::string& asked);

/// The database does not look as this binary's statements need it.
SqliteError schema_mismatch_error(const std::string& detail);

/// A row that breaks the rules of domain/, written by another program.
SqliteError invalid_row_error(const std::string& detail);

/// The time limit passed before the statement was run.
SqliteError time_limit_error(const std::string& statement);

}  // namespace rollcall::db
