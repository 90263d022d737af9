#include "db/postgres/client/error.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <utility>

#include "domain/errors.hpp"

namespace rollcall::db {

namespace {

using Kind = PgError::Kind;

// libpq's messages may have several lines, and end with a newline.
std::string one_line(const char* text) {
  std::string line = text != nullptr ? text : "";
  while (!line.empty() && line.back() == '\n') line.pop_back();
  for (std::size_t at = line.find('\n'); at != std::string::npos; at = line.find('\n', at)) {
    line.replace(at, 1, "; ");
  }
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

// How libpq begins what a server said, with PQERRORS_VERBOSE: "FATAL:  28P01: password ...".
std::string sqlstate_in(const std::string& message) {
  for (const std::string_view severity : {"FATAL:  ", "ERROR:  ", "PANIC:  "}) {
    const auto at = message.find(severity);
    if (at == std::string::npos || message.size() < at + severity.size() + 6) continue;
    std::string code = message.substr(at + severity.size(), 5);
    if (message[at + severity.size() + 5] == ':') return code;
  }
  return {};
}

// The SQLSTATEs by which a server ends a connection or refuses one.
Kind kind_of(std::string_view sqlstate, Kind otherwise) {
  if (sqlstate.starts_with("28")) return Kind::login;
  if (sqlstate == "3D000" || sqlstate == "55000") return Kind::no_database;  // or it is closed
  if (sqlstate == "53300") return Kind::crowded;
  if (sqlstate == "25006") return Kind::read_only;
  if (sqlstate == "57P03") return Kind::unreachable;                                 // starting up
  if (sqlstate.starts_with("57P") || sqlstate.starts_with("08")) return Kind::lost;  // stopping
  if (sqlstate == "25P03") return Kind::lost;  // idle in a transaction for too long
  return otherwise;
}

}  // namespace

bool PgError::refused() const {
  switch (kind) {
    case Kind::crowded:
    case Kind::login:
    case Kind::no_database:
    case Kind::read_only:
    case Kind::schema:
    case Kind::elsewhere:
    case Kind::unheard:
      return true;
    case Kind::unreachable:
    case Kind::silent:
    case Kind::lost:
    case Kind::statement:
    case Kind::doubt:
    case Kind::replaced:
    case Kind::row:
      return false;
  }
  return false;
}

// By SQLSTATE: "syntax error or access rule violation", "invalid schema name", "feature not
// supported" (a prepared statement would bring other columns than before), "invalid SQL statement
// name" (it is no longer prepared).
bool PgError::schema_mismatch() const {
  if (kind != Kind::statement || forbidden()) return false;
  const std::string_view code = sqlstate;
  return code.starts_with("42") || code == "3F000" || code == "0A000" || code == "26000";
}

// By the class of the SQLSTATE: 53 insufficient resources, 54 a limit of the program (the queue of
// notifications is full), 57 operator intervention, 58 system error, XX internal error.
bool PgError::concerns_all() const {
  if (kind == Kind::row) return false;
  if (kind != Kind::statement || forbidden() || schema_mismatch()) return true;
  if (sqlstate == "57014") return false;  // this statement took too long, or was cancelled
  for (const std::string_view group : {"53", "54", "57", "58", "XX"}) {
    if (std::string_view(sqlstate).starts_with(group)) return true;
  }
  return false;
}

namespace {

// For a refused statement. Causes that an operator can remedy have texts of their own.
std::string_view rejection_summary(std::string_view sqlstate) {
  if (sqlstate == "53100") return "the disk of PostgreSQL is full";
  if (sqlstate.starts_with("53")) return "PostgreSQL is out of resources";
  if (sqlstate.starts_with("58")) return "the disk or the system of PostgreSQL fails";
  if (sqlstate == "42501") return "PostgreSQL denies a privilege";
  if (sqlstate == "55P03") return "another session keeps a lock in PostgreSQL";
  if (sqlstate == "57014") return "PostgreSQL cancelled a statement, as one that takes too long";
  return "PostgreSQL refused a statement";
}

}  // namespace

std::string_view PgError::summary() const {
  switch (kind) {
    case Kind::unreachable:
      return "PostgreSQL can't be reached";
    case Kind::silent:
      return "PostgreSQL does not answer";
    case Kind::lost:
      return "the connection to PostgreSQL was lost";
    case Kind::crowded:
      return "PostgreSQL has too many connections";
    case Kind::login:
      return "PostgreSQL refuses the login: user, password, host or encryption";
    case Kind::no_database:
      return "PostgreSQL has no such database, or lets nobody into it";
    case Kind::read_only:
      return "PostgreSQL is read-only, as a standby is";
    case Kind::schema:
      return "the schema of the database is not one that this Rollcall works with";
    case Kind::statement:
      return rejection_summary(sqlstate);
    case Kind::doubt:
      return "PostgreSQL warned while it committed, as where no standby has taken the commit";
    case Kind::replaced:
      return "the connection to PostgreSQL is being replaced";
    case Kind::elsewhere:
      return "the connection leads to another PostgreSQL server than the others";
    case Kind::unheard:
      return "no notification arrives from PostgreSQL: a transaction pooler is likely in between, "
             "where LISTEN needs a session";
    case Kind::row:
      return "a row of the database is invalid";
  }
  return {};
}

std::string PgError::explained() const {
  return detail.empty() ? std::string(summary()) : std::string(summary()) + ": " + detail;
}

Error client_error(const PgError& error) {
  return error.kind == Kind::row ? invalid_row() : storage_unavailable();
}

std::optional<PgWarning> warning_in(const pg_result* message) {
  const auto field = [&](int name) {
    const char* const text = PQresultErrorField(message, name);
    return std::string_view(text != nullptr ? text : "");
  };
  if (field(PG_DIAG_SEVERITY_NONLOCALIZED) != "WARNING") return std::nullopt;
  PgWarning warning{one_line(PQresultErrorMessage(message)), std::string(field(PG_DIAG_SQLSTATE))};
  // A warning with a context was raised by a function.
  const bool raised = !field(PG_DIAG_CONTEXT).empty();
  warning.doubts_commit = !raised && field(PG_DIAG_SOURCE_FUNCTION) != "asyncQueueFillWarning";
  return warning;
}

PgError connection_error(const pg_conn* connection, Kind otherwise) {
  const std::string message = PQerrorMessage(connection);
  std::string state = sqlstate_in(message);
  std::string said = message.substr(0, message.find("LOCATION:"));
  auto kind = kind_of(state, otherwise);
  // These libpq says itself, without a code.
  for (const std::string_view words :
       {"SSL was required", "no password supplied", "certificate", "requires SSL"}) {
    if (state.empty() && message.find(words) != std::string::npos) kind = Kind::login;
  }
  for (const std::string_view words : {"is read-only", "is in hot standby mode"}) {
    if (state.empty() && message.find(words) != std::string::npos) kind = Kind::read_only;
  }
  return {kind, one_line(said.c_str()), std::move(state)};
}

PgError result_error(const pg_result* result, const std::string& asked) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  std::string code = state != nullptr ? state : "";
  // ERROR leaves the connection alive; after FATAL and PANIC, and without a code, it is gone.
  const bool alive = severity != nullptr && std::string_view(severity) == "ERROR";
  const auto kind = alive && code != "25006" ? Kind::statement : kind_of(code, Kind::lost);
  const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  return {kind, asked + ": " + one_line(PQresultErrorMessage(result)), std::move(code),
          constraint != nullptr ? constraint : ""};
}

}  // namespace rollcall::db
