// What PostgreSQL or libpq said when it could not do what was asked. For logs and operators.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/error.hpp"

struct pg_conn;
struct pg_result;

namespace rollcall::db {

struct PgError {
  enum class Kind {
    unreachable,  // nobody answers there, or the server is starting or stopping
    silent,       // it accepted, and then said nothing for too long
    lost,         // the connection ended
    crowded,      // the server has no connection left for us
    login,        // password, user, host or encryption: the server refuses ours, or we its
    no_database,  // or it accepts no connections
    read_only,    // a standby, or another read-only server, where writes are needed
    schema,       // the schema is not one that this binary works with
    statement,    // the server refused a statement; the connection remains usable
    doubt,        // a warning leaves the commit in doubt; the connection remains usable
    replaced,     // closed on purpose, in favour of a new connection
    elsewhere,    // connected to another server than the node's other connections
    unheard,      // statements are answered, and no notification arrives
    row,          // a row breaks the rules of domain/: another program wrote it
  };

  Kind kind;
  std::string detail;        // what was asked, what was said; one line
  std::string sqlstate{};    // five characters (PostgreSQL's appendix A), empty where libpq failed
  std::string constraint{};  // the one that the statement broke

  /// The connection is not to be used any more.
  bool connection_lost() const {
    return kind != Kind::statement && kind != Kind::row && kind != Kind::doubt;
  }
  /// The server answers and refuses us, until somebody changes something there.
  bool refused() const;
  /// The statement does not suit the schema, or no longer the one it was prepared for.
  bool schema_mismatch() const;
  /// The role lacks a privilege that the statement needs.
  bool forbidden() const { return sqlstate == "42501"; }
  /// The statement broke a unique constraint.
  bool duplicate() const { return sqlstate == "23505"; }
  /// A lock was not granted in time.
  bool locked() const { return sqlstate == "55P03"; }
  /// It conflicted with another transaction, and may succeed when it is retried.
  bool repeatable() const { return sqlstate == "40001" || sqlstate == "40P01"; }
  /// It would fail for any user: due to the state of the server or a missing privilege, not to the
  /// row.
  bool concerns_all() const;
  /// What went wrong, as a part of a sentence, without names or texts from the server.
  std::string_view summary() const;
  /// The summary and the detail. For the operator.
  std::string explained() const;
};

/// A WARNING that the server sent beside its results.
struct PgWarning {
  std::string detail;    // what the server said; one line
  std::string sqlstate;  // mostly 01000
  /// Whether it puts the commit that it came with in doubt, as where the wait for a synchronous
  /// standby was cancelled. Not for a warning that a function raises, nor for a notification queue
  /// that fills up. True for any warning that this binary does not know.
  bool doubts_commit = true;
};
/// Nothing where the server only informs.
std::optional<PgWarning> warning_in(const pg_result* message);

/// What a client may know of it: storage_unavailable, or internal for an invalid row.
Error client_error(const PgError& error);

/// Why connecting failed or the connection was lost; `otherwise` where the message does not tell
/// the kind.
PgError connection_error(const pg_conn* connection, PgError::Kind otherwise);
/// Why a statement failed. `asked` begins the detail.
PgError result_error(const pg_result* result, const std::string& asked);

}  // namespace rollcall::db
