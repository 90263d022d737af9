#include "db/sqlite/error.hpp"

#include <sqlite3.h>

#include "domain/errors.hpp"

namespace rollcall::db {

bool SqliteError::connection_lost() const {
  switch (primary()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:  // the file was moved, or the file system was remounted
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
    case SQLITE_ERROR:  // the schema changed under us; preparing again will name the column
    case SQLITE_SCHEMA:
    case SQLITE_MISUSE:
      return true;
    default:
      return false;
  }
}

bool SqliteError::damaged() const { return primary() == SQLITE_CORRUPT; }

bool SqliteError::interrupted() const { return primary() == SQLITE_INTERRUPT; }

bool SqliteError::invalid_row() const { return primary() == SQLITE_MISMATCH; }

bool SqliteError::full() const { return primary() == SQLITE_FULL; }

bool SqliteError::refused() const {
  return primary() == SQLITE_NOTADB || primary() == SQLITE_SCHEMA || primary() == SQLITE_ERROR;
}

std::string_view SqliteError::summary() const {
  switch (primary()) {
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_NOTADB:
      return "the file is not a SQLite database";
    case SQLITE_CORRUPT:
      return "the database is damaged";
    case SQLITE_READONLY:
      return "the database is read-only, or was moved away";
    case SQLITE_BUSY:
      return "another program keeps the database locked";
    case SQLITE_IOERR:
      return "the disk fails";
    case SQLITE_CANTOPEN:
      return "the database file can't be opened";
    default:
      return "SQLite refuses the write";
  }
}

std::string SqliteError::explained() const {
  if (code == SQLITE_READONLY_DBMOVED) return detail;
  switch (primary()) {
    case SQLITE_FULL:
      return "the disk is full: " + detail;
    case SQLITE_NOTADB:
      return "is not a SQLite database: " + detail;
    case SQLITE_CORRUPT:
      return "is damaged: " + detail;
    case SQLITE_READONLY:
      return "is read-only: " + detail;
    case SQLITE_BUSY:
      return "is locked by another program: " + detail;
    case SQLITE_IOERR:
      return "the disk fails: " + detail;
    default:
      return detail;
  }
}

Error client_error(const SqliteError& error) {
  return error.invalid_row() ? invalid_row() : storage_unavailable();
}

SqliteError error_of(sqlite3* connection, int code, const std::string& asked) {
  std::string detail = asked;
  const char* said = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  detail.append(": ")
      .append(said)
      .append(" (SQLite code ")
      .append(std::to_string(code))
      .append(")");
  return {code, std::move(detail)};
}

SqliteError schema_mismatch_error(const std::string& detail) { return {SQLITE_SCHEMA, detail}; }

SqliteError invalid_row_error(const std::string& detail) { return {SQLITE_MISMATCH, detail}; }

SqliteError time_limit_error(const std::string& statement) {
  return {SQLITE_INTERRUPT, "statement " + statement + ": not run, its time is up"};
}

}  // namespace rollcall::db
