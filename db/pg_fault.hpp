// What PostgreSQL or libpq said when it could not do what was asked. For logs and operators.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.hpp"

struct pg_conn;
struct pg_result;

namespace rollcall::db {

struct PgFault {
  enum class Kind {
    unreachable,  // nobody answers there, or the server is starting or stopping
    silent,       // it accepted, and then said nothing for too long
    lost,         // the connection ended
    unheard,      // it answers, and its notifications do not arrive
    crowded,      // no connection is left for us
    login,        // password, user, host or encryption do not suit the server, or it not us
    no_database,  // or it is closed
    read_only,    // a server that lets nobody write, as a standby, where one that does is needed
    schema,       // the schema is not one that this binary works with
    statement,    // the server refused a statement; the connection lives on
    row,          // a row breaks the rules of domain/: another program wrote it
  };

  Kind kind;
  std::string detail;      // what was asked, what was said; one line
  std::string sqlstate{};  // five characters (PostgreSQL's appendix A), empty where libpq failed

  /// The connection is not to be used any more.
  bool connection_lost() const { return kind != Kind::statement && kind != Kind::row; }
  /// The server is there, and will not have us until somebody changes something.
  bool refused() const;
  /// The statement does not suit the schema, or no longer the one it was prepared for.
  bool misfit() const;
  /// We have no right to what the statement does.
  bool forbidden() const { return sqlstate == "42501"; }
  /// The statement broke a unique constraint.
  bool duplicate() const { return sqlstate == "23505"; }
  /// A plain sentence part, without names and texts of the server's.
  std::string_view summary() const;
  /// The summary and the detail. For the operator.
  std::string explained() const;
};

/// What a client may know of it: storage_unavailable, or internal for an invalid row.
Error client_error(const PgFault& fault);

/// Why connecting failed, or the connection was lost.
PgFault connection_fault(const pg_conn* connection, PgFault::Kind otherwise);
/// Why a statement failed. `asked` begins the detail.
PgFault result_fault(const pg_result* result, const std::string& asked);

}  // namespace rollcall::db
