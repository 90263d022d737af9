// Gives stale keys of a SQLite database their new value.
#pragma once

#include <tl/expected.hpp>

#include "db/key_renewal.hpp"
#include "db/sqlite/connection.hpp"

namespace rollcall::db {

/// Renews the keys of all users, `renewed_at_once` users in a transaction. A key that another user
/// has stays as it is. What was renewed before a failure stays renewed;
/// after it the connection is to be closed, which rolls back the rest. Blocks.
tl::expected<KeyRenewal, SqliteError> renew_keys_of_all(const SqliteConnection& connection);

}  // namespace rollcall::db
