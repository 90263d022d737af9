// The SQL statements on the log of changes, in SQL that both engines understand.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>

#include "db/sql_text.hpp"
#include "db/user_columns.hpp"

namespace rollcall::db {

/// A change between the ends of the log; or, alone, only these.
struct ChangeRow {
  std::optional<std::int64_t> oldest{};  // null where somebody has emptied the log
  std::optional<std::int64_t> newest{};
  std::optional<std::int64_t> seq{};  // null where no change is on the page
  std::optional<std::int64_t> user_id{};
  std::optional<std::int64_t> version{};
  OptionalText kind{};
  std::optional<std::int64_t> at_ms{};
  OptionalText by{};
};
template <>
inline constexpr auto columns_of<ChangeRow> =
    std::tuple{Column{"oldest", &ChangeRow::oldest},   Column{"newest", &ChangeRow::newest},
               Column{"seq", &ChangeRow::seq},         Column{"user_id", &ChangeRow::user_id},
               Column{"version", &ChangeRow::version}, Column{"kind", &ChangeRow::kind},
               Column{"at", &ChangeRow::at_ms},        Column{"by", &ChangeRow::by}};

struct SeqRow {
  std::int64_t seq = 0;
};
template <>
inline constexpr auto columns_of<SeqRow> = std::tuple{Column{"seq", &SeqRow::seq}};

namespace sql {

namespace texts {

inline constexpr auto ends_and_page_begin = sql_text(
    "SELECT ends.oldest AS oldest, ends.newest AS newest, page.seq AS seq, "
    "page.user_id AS user_id, page.version AS version, page.kind AS kind, page.at AS at, "
    "page.by AS by FROM (SELECT (SELECT min(seq) FROM changes) AS oldest, "
    "(SELECT max(seq) FROM changes) AS newest) AS ends LEFT JOIN "
    "(SELECT seq, user_id, version, kind, at, by FROM changes WHERE ");
inline constexpr auto changes_after = sql_text(
    ends_and_page_begin, "seq > $1 ORDER BY seq LIMIT $2) AS page ON true ORDER BY page.seq");
inline constexpr auto changes_of_user =
    sql_text(ends_and_page_begin,
             "user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS page ON true ORDER BY page.seq");

}  // namespace texts

// $1 the last seq of the page before, $2 how many. The ends of the log and the changes are of one
// snapshot. What is scanned is the page.
inline constexpr Statement<ChangeRow, std::int64_t, std::int64_t> changes_after{
    "changes_after", texts::changes_after.view(), Scan::meant};

// $1 the user's id, then as changes_after
inline constexpr Statement<ChangeRow, std::int64_t, std::int64_t, std::int64_t> changes_of_user{
    "changes_of_user", texts::changes_of_user.view(), Scan::meant};

// $1 how many at most, $2 the time before which changes are too old. Of the oldest changes, deletes
// those before the newest one that is too old, which then is where the log begins.
inline constexpr Statement<SeqRow, std::int64_t, std::int64_t> remove_changes{
    "remove_changes",
    "DELETE FROM changes WHERE seq < (SELECT max(seq) FROM (SELECT seq, at FROM changes "
    "ORDER BY seq LIMIT $1) AS first WHERE at < $2) RETURNING seq",
    Scan::meant};

}  // namespace sql
}  // namespace rollcall::db
