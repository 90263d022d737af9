#include "db/pg_database.hpp"

#include "db/pg_statements.hpp"

namespace rollcall::db {

tl::expected<MigrationReport, PgFault> prepare_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout) {
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall start";
  options.handshake.statements = sql::postgres::all;
  options.handshake.migrate = true;
  return PgSession::open(target, options).map([](const PgSession& session) {
    return session.migrations();
  });
}

tl::expected<MigrationReport, PgFault> pending_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout) {
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall migrate";
  options.handshake.only_look = true;
  options.handshake.standby = true;
  return PgSession::open(target, options).map([](const PgSession& session) {
    return session.migrations();
  });
}

}  // namespace rollcall::db
