// The SQL statement that locks an idempotency key.
#pragma once

#include <tuple>

#include "db/statement.hpp"
#include "db/user_columns.hpp"

namespace rollcall::db {

/// "true", or "false" where another transaction has the lock.
struct ClaimRow {
  OptionalText claimed{};
};
template <>
inline constexpr auto columns_of<ClaimRow> = std::tuple{Column{"claimed", &ClaimRow::claimed}};

namespace sql::postgres {

// $1 caller, $2 key. Takes the lock of the key up to the end of the transaction, without waiting;
// false where another transaction has it. In a statement before find_answer: that then sees what a
// holder before has committed.
inline constexpr Statement<ClaimRow, Text, Text> claim_key{
    "claim_key",
    "SELECT pg_try_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, "
    "7311482911065107))::text AS claimed"};

}  // namespace sql::postgres
}  // namespace rollcall::db
