#include "db/postgres/database.hpp"

#include "db/postgres/notifications.hpp"
#include "db/postgres/statements.hpp"

namespace rollcall::db {

tl::expected<MigrationReport, PgError> prepare_postgres(const PgTarget& target,
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

tl::expected<MigrationReport, PgError> migrate_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout) {
  auto report = prepare_postgres(target, connect_timeout);
  if (!report) return report;
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall migrate";
  options.handshake.migrate = true;
  options.handshake.renew_keys = RenewKeys::always;
  return PgSession::open(target, options).map([&](const PgSession& session) {
    const KeyRenewal& again = session.migrations().keys;
    report->keys = {report->keys.renewed + again.renewed, again.kept};
    return *report;
  });
}

tl::expected<MigrationReport, PgError> pending_postgres(const PgTarget& target,
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

tl::expected<void, PgError> invalidate_on_postgres(const PgTarget& target,
                                                   std::chrono::milliseconds connect_timeout,
                                                   std::span<const UserId> ids) {
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall invalidate";
  options.handshake.statements = sql::postgres::for_notifying;
  const std::string origin = "command";
  return PgSession::open(target, options).and_then([&](PgSession session) {
    const auto payloads =
        ids.empty() ? std::vector{payload_of_everybody(origin)} : payloads_of(origin, ids);
    for (const std::string& payload : payloads) {
      const auto told = session.run<sql::postgres::notify>(std::string_view(payload));
      if (!told) return tl::expected<void, PgError>(tl::unexpected(told.error()));
    }
    return tl::expected<void, PgError>();
  });
}

}  // namespace rollcall::db
