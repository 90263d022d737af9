// The SQL statements that only PostgreSQL runs.
#pragma once

#include <array>

#include "db/change_statements.hpp"
#include "db/postgres/column_lists.hpp"
#include "db/postgres/import_statements.hpp"
#include "db/postgres/key_statements.hpp"
#include "db/postgres/patch_text.hpp"
#include "db/postgres/statement_rows.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

namespace sql::postgres {

namespace texts {

// The number of the first parameter of change_user after the columns.
inline constexpr std::size_t changed_at = column_count<PatchRow> + 2;

inline constexpr auto find_users =
    sql_text("SELECT ", columns<UserRow>(), " FROM users WHERE id = ANY($1)");
inline constexpr auto add_user =
    sql_text("INSERT INTO users (", columns<FieldsRow>(), ", ", columns<RecordRow>(), ") VALUES (",
             placeholders<FieldsRow>(1), ", ", placeholders<RecordRow>(1 + column_count<FieldsRow>),
             ") ON CONFLICT DO NOTHING RETURNING id");
inline constexpr auto add_users_in_order =
    sql_text("INSERT INTO users (", columns<FieldsRow>(), ", ", columns<RecordRow>(), ") SELECT ",
             columns<FieldsRow>(), ", ", placeholders<RecordRow>(1), " FROM unnest(",
             column_lists<FieldsRow>(1 + column_count<RecordRow>), ") WITH ORDINALITY AS new (",
             columns<FieldsRow>(), ", place) ORDER BY place ON CONFLICT DO NOTHING RETURNING ",
             columns<AddedRow>());
inline constexpr auto change_user = sql_text(
    "UPDATE users SET ", patched_columns(), ", version = version + 1, updated_at = $", changed_at,
    " WHERE id = $", changed_at + 1, " AND $", changed_at + 1,
    " <> ALL(current_setting('rollcall.passed_over')", "::bigint[]) AND ($", changed_at + 2,
    "::bigint[] IS NULL OR version = ANY($", changed_at + 2, ")) AND ($", changed_at + 3,
    "::bigint[] IS NULL OR version <> ALL($", changed_at + 3, ")) AND ($", changed_at + 4,
    "::bigint IS NULL OR updated_at <= $", changed_at + 4, ") AND ($", changed_at + 5,
    "::bigint IS NULL OR created_at = $", changed_at + 5, ") AND ($", changed_at + 6,
    "::bigint IS NULL OR updated_at = $", changed_at + 6, ") AND true = ANY(ARRAY[",
    patch_differences(), "])", not_taken(changed_at + 1), " RETURNING ", columns<UserRow>());

// The expression of UserName::key(): with the collation "C" lower() changes only ASCII letters.
constexpr std::string_view name_key = "lower(name COLLATE \"C\")";
inline constexpr auto names_after = sql::texts::names_after(name_key);
inline constexpr auto names_before = sql::texts::names_before(name_key);
inline constexpr auto count_names = sql::texts::count_names(name_key);

}  // namespace texts

inline constexpr NamesStatement names_after{"names_after", texts::names_after.view()};
inline constexpr NamesStatement names_before{"names_before", texts::names_before.view()};
inline constexpr CountNamesStatement count_names{"count_names", texts::count_names.view()};

// $1 ids
inline constexpr Statement<UserRow, Integers> find_users{"find_users", texts::find_users.view()};

// Takes the lock that each writing statement takes anyway. Here the wait may be long (lock_users
// then shortens lock_timeout): as long as another session has locked the table, no write can
// succeed.
inline constexpr Statement<NoRow> lock_table{"lock_table",
                                             "LOCK TABLE users IN ROW EXCLUSIVE MODE"};

// $1 ids. Locks the users that no other transaction has locked, and never waits. `passed_over` has
// the others, as the text of an array; change_user and remove_user skip them up to the end of the
// transaction. From here on lock_timeout is 5 ms: a write can only have to wait for a key (an
// e-mail, say) that another transaction has written and not committed. The column `lock_timeout`
// has the value from before. From here on the transaction logs what its statements change by
// log_changes (migration 9).
inline constexpr Statement<LocksRow, Integers> lock_users{
    "lock_users",
    "WITH locked AS (SELECT id FROM users WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED) "
    "SELECT pg_current_xact_id()::text AS transaction, "
    "current_setting('lock_timeout') AS lock_timeout, "
    "set_config('lock_timeout', '5ms', true) AS shortened, "
    "set_config('rollcall.logs', 'statement', true) AS logs, "
    "set_config('rollcall.passed_over', (SELECT coalesce(array_agg(id), '{}')::text FROM users "
    "WHERE id = ANY($1) AND id NOT IN (SELECT id FROM locked)), true) AS passed_over"};

// $1 the lock timeout for the rest of the transaction, as lock_users returns it.
inline constexpr Statement<SentRow, Text> wait_for_locks{
    "wait_for_locks", "SELECT set_config('lock_timeout', $1, true) AS sent"};

// As create_user; no row where a key is taken.
inline constexpr StatementWith<IdRow, ColumnTypes<FieldsRow>, ColumnTypes<RecordRow>> add_user{
    "add_user", texts::add_user.view()};

// The columns of RecordRow, the same for all, then a list for each column of FieldsRow. As add_user
// for one after the other: the ids ascend in this order, since PostgreSQL computes a column's
// default after it has sorted what it inserts, and the rows are returned in it. Those of whom a key
// is taken have no row. The column's default draws the id: nextval() would need a privilege on the
// sequence.
inline constexpr StatementWith<AddedRow, ColumnTypes<RecordRow>, ColumnListTypes<FieldsRow>>
    add_users_in_order{"add_users_in_order", texts::add_users_in_order.view()};

// $1 a bit for each column that is given, in the order of PatchRow; these columns; updated_at; id;
// the versions one of which the user must have, or null; the versions that the user must not have,
// or null; the latest time of the user's last change, or null; the times of the user's creation and
// last change, or null. No row where there is no such user, its version or a time does not match,
// it has these columns already or a key is taken.
inline constexpr StatementWith<
    UserRow, Types<std::int64_t>, ColumnTypes<PatchRow>,
    Types<std::int64_t, std::int64_t, std::optional<Integers>, std::optional<Integers>,
          std::optional<std::int64_t>, std::optional<std::int64_t>, std::optional<std::int64_t>>>
    change_user{"change_user", texts::change_user.view()};

// $1 id; $2 and $3 the versions, $4 the time, as of change_user
inline constexpr Statement<RemovedRow, std::int64_t, std::optional<Integers>,
                           std::optional<Integers>, std::optional<std::int64_t>>
    remove_user{"remove_user",
                "DELETE FROM users WHERE id = $1 "
                "AND $1 <> ALL(current_setting('rollcall.passed_over')::bigint[]) "
                "AND ($2::bigint[] IS NULL OR version = ANY($2)) "
                "AND ($3::bigint[] IS NULL OR version <> ALL($3)) "
                "AND ($4::bigint IS NULL OR updated_at <= $4) RETURNING id, version"};

// A list for each column of WrittenRow. Takes the lock that orders the log of changes, up to the
// end of the transaction.
inline constexpr StatementWith<SentRow, ColumnListTypes<WrittenRow>> log_changes{
    "log_changes", "SELECT log_changes_of_users($1, $2, $3)::text AS sent"};

// Writes into the server's WAL, so that COMMIT waits until all before it is flushed, and on the
// standby.
inline constexpr Statement<SentRow> confirm{
    "confirm", "SELECT pg_logical_emit_message(true, 'rollcall', '')::text AS sent"};

// $1 a payload as in db/postgres/notifications.hpp
inline constexpr Statement<SentRow, Text> notify{"notify",
                                                 "SELECT pg_notify('rollcall', $1)::text AS sent"};

// $1 "<origin> <number>". Comes back to the node that sent it, which recognises $1: that proves
// that notifications arrive. Carries the OID of the table, which changes where the table is dropped
// and created again.
inline constexpr Statement<SentRow, Text> notify_heartbeat{
    "notify_heartbeat",
    "SELECT pg_notify('rollcall_heartbeat', $1::text || ' ' || "
    "coalesce(to_regclass('users')::oid::text, 'none'))::text AS sent"};

// One import at a time assigns ids; daemons do not take this lock. The number is arbitrary, but not
// that of the migrations.
inline constexpr Statement<SentRow> lock_imports{
    "lock_imports", "SELECT pg_advisory_xact_lock(bigint '7311482911065105')::text AS sent"};

inline constexpr Statement<NoRow> listen{"listen", "LISTEN rollcall"};
inline constexpr Statement<NoRow> listen_heartbeat{"listen_heartbeat", "LISTEN rollcall_heartbeat"};
inline constexpr Statement<NoRow> begin{"begin", "BEGIN ISOLATION LEVEL READ COMMITTED"};
inline constexpr Statement<NoRow> commit{"commit", "COMMIT"};
inline constexpr Statement<NoRow> roll_back{"roll_back", "ROLLBACK"};
// After check_at_once: what other programs' triggers change is still logged at the commit, under
// the lock of the log.
inline constexpr Statement<NoRow> log_at_commit{"log_at_commit",
                                                "SET CONSTRAINTS log_change_of_user DEFERRED"};
// Makes deferred constraints fail at the statement that violates them, not at the commit.
inline constexpr Statement<NoRow> check_at_once{"check_at_once", "SET CONSTRAINTS ALL IMMEDIATE"};
inline constexpr Statement<NoRow> save{"save", "SAVEPOINT one_write"};
inline constexpr Statement<NoRow> release{"release", "RELEASE SAVEPOINT one_write"};
inline constexpr Statement<NoRow> roll_back_one{"roll_back_one", "ROLLBACK TO SAVEPOINT one_write"};

// A user for the trial of a write, which rolls it back. The name has the greatest length, so that a
// disk without room for a user is noticed.
inline constexpr Statement<NoRow> try_user{
    "try_user",
    "INSERT INTO users (id, name, version, created_at, updated_at) "
    "VALUES (9223372036854775807, repeat('x', 200), 1, 0, 0) ON CONFLICT DO NOTHING"};

// $1 a transaction id from lock_users. Returns the transaction's outcome. Where its session is idle
// in the transaction (the client is gone), terminates the session, which rolls the transaction
// back.
inline constexpr Statement<TransactionStatusRow, Text> transaction_status{
    "transaction_status",
    "SELECT pg_xact_status($1::text::xid8) AS status, "
    "(SELECT bool_or(pg_terminate_backend(pid))::text FROM pg_stat_activity "
    "WHERE backend_xid = $1::text::xid8::xid AND state LIKE 'idle in transaction%') AS ended"};

/// What each kind of connection prepares.
inline constexpr auto for_reading =
    joined(std::array{shape<find_user>, shape<find_users>, shape<probe>, shape<changes_after>,
                      shape<changes_of_user>},
           for_lists<names_after, names_before, count_names>);
inline constexpr std::array for_writing{shape<find_user>,
                                        shape<keys_taken>,
                                        shape<lock_table>,
                                        shape<lock_users>,
                                        shape<add_users_in_order>,
                                        shape<wait_for_locks>,
                                        shape<add_user>,
                                        shape<change_user>,
                                        shape<remove_user>,
                                        shape<notify>,
                                        shape<probe>,
                                        shape<begin>,
                                        shape<commit>,
                                        shape<roll_back>,
                                        shape<save>,
                                        shape<release>,
                                        shape<roll_back_one>,
                                        shape<check_at_once>,
                                        shape<log_at_commit>,
                                        shape<log_changes>,
                                        shape<confirm>,
                                        shape<try_user>,
                                        shape<claim_key>,
                                        shape<find_answer>,
                                        shape<keep_answer>,
                                        shape<remove_changes>,
                                        shape<remove_answers>,
                                        shape<transaction_status>};
inline constexpr std::array for_listening{shape<listen>, shape<listen_heartbeat>, shape<probe>};
inline constexpr std::array for_heartbeats{shape<notify_heartbeat>};
inline constexpr std::array for_notifying{shape<notify>};

inline constexpr std::array for_importing{
    shape<find_import>,   shape<record_import>, shape<lock_imports>,     shape<ids_among>,
    shape<deleted_among>, shape<keys_among>,    shape<last_id>,          shape<draw_ids>,
    shape<add_users>,     shape<raise_last_id>, shape<notify>,           shape<begin>,
    shape<commit>,        shape<roll_back>,     shape<lock_out_writers>, shape<add_deleted>};
inline constexpr std::array for_exporting{shape<begin_snapshot>, shape<page_of_users>,
                                          shape<page_of_deleted>, shape<last_id>};

inline constexpr std::array for_checking_keys{shape<begin_snapshot>, shape<keys_after>,
                                              shape<find_email>, shape<find_username>};

/// Every statement that is checked on PostgreSQL, at start and by sqlcheck.
inline constexpr auto all = joined(std::array{shape<find_users>,
                                              shape<every_user>,
                                              shape<probe>,
                                              shape<find_user>,
                                              shape<keys_taken>,
                                              shape<lock_users>,
                                              shape<add_user>,
                                              shape<add_users_in_order>,
                                              shape<change_user>,
                                              shape<remove_user>,
                                              shape<notify>,
                                              shape<listen>,
                                              shape<find_import>,
                                              shape<record_import>,
                                              shape<begin>,
                                              shape<commit>,
                                              shape<roll_back>,
                                              shape<save>,
                                              shape<release>,
                                              shape<roll_back_one>,
                                              shape<lock_imports>,
                                              shape<ids_among>,
                                              shape<keys_among>,
                                              shape<deleted_among>,
                                              shape<deleted_user>,
                                              shape<last_id>,
                                              shape<draw_ids>,
                                              shape<raise_last_id>,
                                              shape<add_users>,
                                              shape<begin_snapshot>,
                                              shape<lock_out_writers>,
                                              shape<listen_heartbeat>,
                                              shape<notify_heartbeat>,
                                              shape<lock_table>,
                                              shape<wait_for_locks>,
                                              shape<check_at_once>,
                                              shape<try_user>,
                                              shape<transaction_status>,
                                              shape<page_of_deleted>,
                                              shape<add_deleted>,
                                              shape<log_at_commit>,
                                              shape<log_changes>,
                                              shape<confirm>,
                                              shape<changes_after>,
                                              shape<changes_of_user>,
                                              shape<remove_changes>,
                                              shape<claim_key>,
                                              shape<find_answer>,
                                              shape<keep_answer>,
                                              shape<remove_answers>,
                                              shape<keys_after>},
                                   for_lists<names_after, names_before, count_names>);

}  // namespace sql::postgres
}  // namespace rollcall::db
