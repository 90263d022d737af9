// SQL statements on users and imports, each declared once: first those in SQL that both engines
// understand, then those of SQLite. PostgreSQL's own are in db/postgres/statements.hpp. Text in
// rows is valid until the next row is read.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "db/answer_statements.hpp"
#include "db/change_statements.hpp"
#include "db/key_statements.hpp"
#include "db/list_statements.hpp"
#include "db/sql_text.hpp"
#include "db/user_columns.hpp"

namespace rollcall::db {

struct ImportRow {
  std::int64_t last_line = 0;
  std::int64_t finished = 0;  // 0 or 1
  OptionalText file_name{};
};
template <>
inline constexpr auto columns_of<ImportRow> =
    std::tuple{Column{"last_line", &ImportRow::last_line}, Column{"finished", &ImportRow::finished},
               Column{"file_name", &ImportRow::file_name}};

struct RecordedRow {
  std::int64_t last_line = 0;
};
template <>
inline constexpr auto columns_of<RecordedRow> =
    std::tuple{Column{"last_line", &RecordedRow::last_line}};

struct TriggerRow {
  OptionalText name{};
};
template <>
inline constexpr auto columns_of<TriggerRow> = std::tuple{Column{"name", &TriggerRow::name}};

namespace sql {

namespace texts {

inline constexpr auto find_user =
    sql_text("SELECT ", columns<UserRow>(), " FROM users WHERE id = $1");
inline constexpr auto every_user =
    sql_text("SELECT ", columns<UserRow>(), " FROM users ORDER BY id");
inline constexpr auto add_user = sql_text(
    "INSERT INTO users (", columns<FieldsRow>(), ", ", columns<RecordRow>(), ") VALUES (",
    placeholders<FieldsRow>(1), ", ", placeholders<RecordRow>(1 + column_count<FieldsRow>), ")");
inline constexpr auto create_user = sql_text(add_user, " RETURNING id");
inline constexpr auto create_user_with_id =
    sql_text("INSERT INTO users (id, ", columns<FieldsRow>(), ", ", columns<RecordRow>(),
             ") VALUES ($1, ", placeholders<FieldsRow>(2), ", ",
             placeholders<RecordRow>(2 + column_count<FieldsRow>), ") RETURNING id");
inline constexpr auto replace_user = sql_text(
    "UPDATE users SET ", assignments<FieldsRow>(1), ", version = $", column_count<FieldsRow> + 1,
    ", updated_at = $", column_count<FieldsRow> + 2, " WHERE id = $", column_count<FieldsRow> + 3);

inline constexpr auto keys_taken =
    each_selected<KeysRow>([](SqlText& text, std::string_view column, std::size_t index) {
      (((text += "id <> $1 AND ") += column) += " = $") += index + 2;
    });

}  // namespace texts

// $1 id
inline constexpr Statement<UserRow, std::int64_t> find_user{"find_user", texts::find_user.view()};

inline constexpr Statement<UserRow> every_user{"every_user", texts::every_user.view(), Scan::meant};

// The smallest id: has to read a page of the table or of its index, so it fails where the database
// cannot be read.
inline constexpr Statement<IdRow> probe{"probe", "SELECT id FROM users ORDER BY id LIMIT 1",
                                        Scan::meant};

// $1 an id, then the columns of KeysRow. Returns the keys of the other users who have one of these,
// a row for each key.
inline constexpr StatementWith<KeysRow, Types<std::int64_t>, ColumnTypes<KeysRow>> keys_taken{
    "keys_taken", texts::keys_taken.view()};

// The columns of FieldsRow, then those of RecordRow.
inline constexpr StatementWith<IdRow, ColumnTypes<FieldsRow>, ColumnTypes<RecordRow>> create_user{
    "create_user", texts::create_user.view()};

// $1 id, then as create_user
inline constexpr StatementWith<IdRow, Types<std::int64_t>, ColumnTypes<FieldsRow>,
                               ColumnTypes<RecordRow>>
    create_user_with_id{"create_user_with_id", texts::create_user_with_id.view()};

// The columns of FieldsRow, then version, updated_at and id.
inline constexpr StatementWith<NoRow, ColumnTypes<FieldsRow>,
                               Types<std::int64_t, std::int64_t, std::int64_t>>
    replace_user{"replace_user", texts::replace_user.view()};

// $1 id
inline constexpr Statement<NoRow, std::int64_t> delete_user{"delete_user",
                                                            "DELETE FROM users WHERE id = $1"};

// $1 id
inline constexpr Statement<IdRow, std::int64_t> deleted_user{
    "deleted_user", "SELECT id FROM deleted_users WHERE id = $1"};

// $1 sha256 of the file, 64 hex digits
inline constexpr Statement<ImportRow, Text> find_import{
    "find_import", "SELECT last_line, finished, file_name FROM imports WHERE sha256 = $1"};

// $1 sha256, $2 last line, $3 whether finished, $4 now, $5 the name of the file; $6 and $7 the
// present values of $2 and $3 as the caller knows them, $6 -1 where it knows no row. Returns no row
// where the present values differ.
inline constexpr Statement<RecordedRow, Text, std::int64_t, std::int64_t, std::int64_t, Text,
                           std::int64_t, std::int64_t>
    record_import{"record_import",
                  "INSERT INTO imports (sha256, last_line, finished, updated_at, file_name) "
                  "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sha256) DO UPDATE SET "
                  "last_line = excluded.last_line, finished = excluded.finished, "
                  "updated_at = excluded.updated_at, file_name = excluded.file_name "
                  "WHERE imports.last_line = $6 AND imports.finished = $7 RETURNING last_line"};

namespace sqlite {

inline constexpr Statement<NoRow> begin_read{"begin_read", "BEGIN DEFERRED"};
inline constexpr Statement<NoRow> begin_write{"begin_write", "BEGIN IMMEDIATE"};
inline constexpr Statement<NoRow> commit{"commit", "COMMIT"};
inline constexpr Statement<NoRow> roll_back{"roll_back", "ROLLBACK"};
inline constexpr Statement<NoRow> save{"save", "SAVEPOINT one_write"};
inline constexpr Statement<NoRow> release{"release", "RELEASE one_write"};
inline constexpr Statement<NoRow> roll_back_one{"roll_back_one", "ROLLBACK TO one_write"};

// As create_user, for a third of the cost: for RETURNING SQLite makes a temporary table at each
// run.
inline constexpr StatementWith<NoRow, ColumnTypes<FieldsRow>, ColumnTypes<RecordRow>> add_user{
    "add_user", texts::add_user.view()};

// A trigger of another program, be it of a table that only triggers write; no row where there is
// none.
inline constexpr Statement<TriggerRow> foreign_trigger{
    "foreign_trigger",
    "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name NOT IN "
    "('remember_deleted_user', 'log_created_user', 'log_updated_user', 'log_deleted_user') LIMIT 1",
    Scan::meant};

// The largest id ever given; no row before the first.
inline constexpr Statement<IdRow> last_id{
    "last_id", "SELECT seq AS id FROM sqlite_sequence WHERE name = 'users'", Scan::meant};

inline constexpr Statement<IdRow> every_deleted{
    "every_deleted", "SELECT id FROM deleted_users ORDER BY id", Scan::meant};

// $1 id
inline constexpr Statement<NoRow, std::int64_t> add_deleted{
    "add_deleted", "INSERT INTO deleted_users (id) VALUES ($1) ON CONFLICT DO NOTHING"};

// $1 id, larger than that of last_id. Requires that last_id returns a row.
inline constexpr Statement<NoRow, std::int64_t> raise_last_id{
    "raise_last_id", "UPDATE sqlite_sequence SET seq = $1 WHERE name = 'users'", Scan::meant};

// $1 id. Where there is no row of last_id yet.
inline constexpr Statement<NoRow, std::int64_t> first_last_id{
    "first_last_id", "INSERT INTO sqlite_sequence (name, seq) VALUES ('users', $1)"};

/// Every statement that sqlcheck checks on SQLite.
inline constexpr auto all = joined(std::array{shape<find_user>,       shape<every_user>,
                                              shape<probe>,           shape<keys_taken>,
                                              shape<create_user>,     shape<create_user_with_id>,
                                              shape<replace_user>,    shape<delete_user>,
                                              shape<deleted_user>,    shape<find_import>,
                                              shape<record_import>,   shape<begin_read>,
                                              shape<begin_write>,     shape<commit>,
                                              shape<roll_back>,       shape<save>,
                                              shape<release>,         shape<roll_back_one>,
                                              shape<add_user>,        shape<foreign_trigger>,
                                              shape<last_id>,         shape<every_deleted>,
                                              shape<add_deleted>,     shape<raise_last_id>,
                                              shape<first_last_id>,   shape<changes_after>,
                                              shape<changes_of_user>, shape<remove_changes>,
                                              shape<find_answer>,     shape<keep_answer>,
                                              shape<remove_answers>,  shape<keys_after>,
                                              shape<renew_email_key>, shape<renew_username_key>},
                                   for_lists<names_after, names_before, count_names>);

}  // namespace sqlite
}  // namespace sql
}  // namespace rollcall::db
