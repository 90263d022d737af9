// The schema of a PostgreSQL database, brought up to date and checked before anything is served.
#pragma once

#include <chrono>
#include <span>

#include <tl/expected.hpp>

#include "db/migrations.hpp"
#include "db/postgres/session.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// Applies missing migrations, and prepares and checks
/// every statement of the program against the result. A mismatch is an error of the kind `schema`
/// that names statement and column. Blocks as PgSession::open(): connect_timeout is for each
/// address, and does not limit name lookups, migrations and waits for locks.
tl::expected<MigrationReport, PgError> prepare_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout);

/// The same, and then renews stale keys (db/key_renewal.hpp), also where no migration does.
tl::expected<MigrationReport, PgError> migrate_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout);

/// The migrations that prepare_postgres() would apply. Changes nothing; a standby will do. Blocks
/// likewise.
tl::expected<MigrationReport, PgError> pending_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout);

/// Tells all nodes to invalidate these users, or all where `ids` is empty. Blocks.
tl::expected<void, PgError> invalidate_on_postgres(const PgTarget& target,
                                                   std::chrono::milliseconds connect_timeout,
                                                   std::span<const UserId> ids);

}  // namespace rollcall::db
