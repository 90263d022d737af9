// The SQL statements on the answers that are kept for repetitions, in SQL that both engines
// understand.
#pragma once

#include <cstdint>
#include <tuple>

#include "db/user_columns.hpp"

namespace rollcall::db {

struct AnswerRow {
  Text fingerprint{};
  std::int64_t user_id = 0;
  std::int64_t status = 0;
  Text fields{};
  Text body{};
};
template <>
inline constexpr auto columns_of<AnswerRow> =
    std::tuple{Column{"fingerprint", &AnswerRow::fingerprint},
               Column{"user_id", &AnswerRow::user_id}, Column{"status", &AnswerRow::status},
               Column{"fields", &AnswerRow::fields}, Column{"body", &AnswerRow::body}};

struct EndRow {
  std::int64_t expires_at = 0;
};
template <>
inline constexpr auto columns_of<EndRow> = std::tuple{Column{"expires_at", &EndRow::expires_at}};

namespace sql {

// $1 caller, $2 key, $3 now
inline constexpr Statement<AnswerRow, Text, Text, std::int64_t> find_answer{
    "find_answer",
    "SELECT fingerprint, user_id, status, fields, body FROM kept_answers "
    "WHERE caller = $1 AND key = $2 AND expires_at > $3"};

// $1 caller, $2 key, $3 when it expires, then the columns of AnswerRow. In the place of one that
// has expired.
inline constexpr Statement<NoRow, Text, Text, std::int64_t, Text, std::int64_t, std::int64_t, Text,
                           Text>
    keep_answer{"keep_answer",
                "INSERT INTO kept_answers "
                "(caller, key, expires_at, fingerprint, user_id, status, fields, body) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (caller, key) DO UPDATE SET "
                "expires_at = excluded.expires_at, fingerprint = excluded.fingerprint, "
                "user_id = excluded.user_id, status = excluded.status, fields = excluded.fields, "
                "body = excluded.body"};

// $1 how many at most, and those that expire at the same time as the last of them; $2 now
inline constexpr Statement<EndRow, std::int64_t, std::int64_t> remove_answers{
    "remove_answers",
    "DELETE FROM kept_answers WHERE expires_at <= (SELECT max(expires_at) FROM "
    "(SELECT expires_at FROM kept_answers ORDER BY expires_at LIMIT $1) AS first "
    "WHERE expires_at <= $2) RETURNING expires_at",
    Scan::meant};

}  // namespace sql
}  // namespace rollcall::db
