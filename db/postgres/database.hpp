// The schema of a PostgreSQL database, brought up to date and checked before anything is served.
#pragma once

#include <chrono>
#include <span>

#include <tl/expected.hpp>

#include "db/migrations.hpp"
#include "db/postgres/session.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// Applies the migrations that are missing, and prepares and checks every statement of the program
/// against the result. A mismatch is an error of the kind `schema` that names statement and column.
/// Blocks: for `connect_timeout` at most, or as long as the migrations take.
tl::expected<MigrationReport, PgError> prepare_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout);

/// What that would apply; changes nothing, and is content with a read-only server.
tl::expected<MigrationReport, PgError> pending_postgres(const PgTarget& target,
                                                        std::chrono::milliseconds connect_timeout);

/// Tells all nodes to invalidate these users, or all where `ids` is empty. Blocks.
tl::expected<void, PgError> invalidate_on_postgres(const PgTarget& target,
                                                   std::chrono::milliseconds connect_timeout,
                                                   std::span<const UserId> ids);

}  // namespace rollcall::db
