// The SQL statements of import and export on PostgreSQL: a batch of users is a handful of them, not
// one for each user.
#pragma once

#include "db/postgres/column_lists.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

/// A computed id: PostgreSQL describes computed columns as nullable.
struct ComputedIdRow {
  std::optional<std::int64_t> id{};
};
template <>
inline constexpr auto columns_of<ComputedIdRow> = std::tuple{Column{"id", &ComputedIdRow::id}};

namespace sql::postgres {

namespace texts {

inline constexpr auto add_users = sql_text(
    "INSERT INTO users (id, ", columns<FieldsRow>(), ", ", columns<RecordRow>(), ") SELECT id, ",
    columns<FieldsRow>(), ", ", columns<RecordRow>(), " FROM unnest($1::bigint[], ",
    column_lists<FieldsRow>(2), ", ", column_lists<RecordRow>(2 + column_count<FieldsRow>),
    ") AS new (id, ", columns<FieldsRow>(), ", ", columns<RecordRow>(),
    ") ON CONFLICT DO NOTHING RETURNING id");

inline constexpr auto keys_among =
    each_selected<KeysRow>([](SqlText& text, std::string_view column, std::size_t index) {
      (((text += column) += " = ANY($") += index + 1) += ")";
    });

}  // namespace texts

// $1 ids
inline constexpr Statement<IdRow, Integers> ids_among{"ids_among",
                                                      "SELECT id FROM users WHERE id = ANY($1)"};

// $1 ids
inline constexpr Statement<IdRow, Integers> deleted_among{
    "deleted_among", "SELECT id FROM deleted_users WHERE id = ANY($1)"};

// A list for each column of KeysRow: the keys of the users who have one of these, a row for each.
inline constexpr StatementWith<KeysRow, ColumnListTypes<KeysRow>> keys_among{
    "keys_among", texts::keys_among.view()};

// The largest id ever given, 0 before the first.
inline constexpr Statement<ComputedIdRow> last_id{
    "last_id", "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS id FROM users_id_seq",
    Scan::meant};

// $1 how many
inline constexpr Statement<ComputedIdRow, std::int64_t> draw_ids{
    "draw_ids",
    "SELECT nextval('users_id_seq') AS id FROM generate_series(bigint '1', $1) AS numbers"};

// Keeps others from writing to the table, and so from drawing ids, until the end of the
// transaction.
inline constexpr Statement<NoRow> lock_out_writers{"lock_out_writers",
                                                   "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"};

// $1 id. Only under the lock of lock_out_writers: otherwise it could set the sequence back.
inline constexpr Statement<ComputedIdRow, std::int64_t> raise_last_id{
    "raise_last_id", "SELECT setval('users_id_seq', $1) AS id"};

// $1 ids, then a list for each column of FieldsRow and of RecordRow. Returns the ids of those that
// were added.
inline constexpr StatementWith<IdRow, Types<Integers>, ColumnListTypes<FieldsRow>,
                               ColumnListTypes<RecordRow>>
    add_users{"add_users", texts::add_users.view()};

// $1 the id before, 0 for the first; $2 how many
inline constexpr Statement<IdRow, std::int64_t, std::int64_t> page_of_deleted{
    "page_of_deleted", "SELECT id FROM deleted_users WHERE id > $1 ORDER BY id LIMIT $2"};

// $1 ids
inline constexpr Statement<NoRow, Integers> add_deleted{
    "add_deleted",
    "INSERT INTO deleted_users (id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING"};

inline constexpr Statement<NoRow> begin_snapshot{"begin_snapshot",
                                                 "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};

}  // namespace sql::postgres
}  // namespace rollcall::db
