// Which of a user's keys another user has.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <tl/expected.hpp>

#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"
#include "db/user_keys.hpp"

namespace rollcall::db {

/// The first of the keys that another user than `id` has; nothing where nobody has one.
inline tl::expected<std::optional<std::size_t>, SqliteError> first_taken_key(
    Prepared<sql::keys_taken>& statement, const UserKeys& keys, std::int64_t id) {
  if (keys.count() == 0) return std::nullopt;
  auto cursor =
      with_values(keys.row(), [&](const auto&... key) { return statement.run(id, key...); });
  std::optional<std::size_t> first;
  while (true) {
    const auto row = cursor.next();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return first;
    const auto shared = keys.first_of(cursor.row());
    if (shared) first = std::min(first.value_or(*shared), *shared);
  }
}

}  // namespace rollcall::db
