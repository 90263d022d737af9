// The SQL statements that only PostgreSQL runs.
#pragma once

#include <array>

#include "db/pg_import_statements.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

/// A function that brings nothing still has a column.
struct SentRow {
  OptionalText sent{};
};
template <>
inline constexpr auto columns_of<SentRow> = std::tuple{Column{"sent", &SentRow::sent}};

namespace sql::postgres {

// $1 ids
inline constexpr Statement<UserRow, Integers> find_users{
    "find_users",
    "SELECT id, name, email, version, created_at, updated_at FROM users WHERE id = ANY($1)"};

// $1 ids. In their order, so that two nodes never wait for each other.
inline constexpr Statement<IdRow, Integers> lock_users{
    "lock_users", "SELECT id FROM users WHERE id = ANY($1) ORDER BY id FOR UPDATE"};

// As create_user; no row where the e-mail is taken.
inline constexpr Statement<IdRow, Text, OptionalText, OptionalText, std::int64_t, std::int64_t,
                           std::int64_t>
    add_user{"add_user",
             "INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
             "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email_key) DO NOTHING RETURNING id"};

// $1 name or null to keep it; $2 whether the e-mail is given, 0 or 1; $3 e-mail; $4 its key;
// $5 updated_at; $6 id; $7 versions of which it must be one, or null; $8 versions of which it must
// be none, or null. No row where there is no such user, the version is wrong or the e-mail is
// taken.
inline constexpr Statement<UserRow, OptionalText, std::int64_t, OptionalText, OptionalText,
                           std::int64_t, std::int64_t, std::optional<Integers>,
                           std::optional<Integers>>
    change_user{"change_user",
                "UPDATE users SET name = coalesce($1, name), "
                "email = CASE WHEN $2 = bigint '1' THEN $3 ELSE email END, "
                "email_key = CASE WHEN $2 = bigint '1' THEN $4 ELSE email_key END, "
                "version = version + 1, updated_at = $5 "
                "WHERE id = $6 AND ($7::bigint[] IS NULL OR version = ANY($7)) "
                "AND ($8::bigint[] IS NULL OR version <> ALL($8)) "
                "AND NOT EXISTS (SELECT other.id FROM users AS other "
                "WHERE other.email_key = $4 AND other.id <> $6) "
                "RETURNING id, name, email, version, created_at, updated_at"};

// $1 id, $2 and $3 as $7 and $8 of change_user
inline constexpr Statement<IdRow, std::int64_t, std::optional<Integers>, std::optional<Integers>>
    remove_user{"remove_user",
                "DELETE FROM users WHERE id = $1 "
                "AND ($2::bigint[] IS NULL OR version = ANY($2)) "
                "AND ($3::bigint[] IS NULL OR version <> ALL($3)) RETURNING id"};

// $1 a payload as in db/pg_notices.hpp
inline constexpr Statement<SentRow, Text> notify{"notify",
                                                 "SELECT pg_notify('rollcall', $1)::text AS sent"};

// One import at a time gives ids; daemons don't wait for it. The number is any, and another than
// that of the migrations.
inline constexpr Statement<SentRow> lock_imports{
    "lock_imports", "SELECT pg_advisory_xact_lock(bigint '7311482911065105')::text AS sent"};

inline constexpr Statement<NoRow> listen{"listen", "LISTEN rollcall"};

// The heartbeat of a feed, $1 "<origin> <number>". On a channel of its own, since nodes of older
// versions take what they don't understand on the other for a reason to forget everything.
inline constexpr std::string_view heartbeat_channel = "rollcall_heartbeat";
inline constexpr Statement<NoRow> listen_to_heartbeats{"listen_to_heartbeats",
                                                       "LISTEN rollcall_heartbeat"};
inline constexpr Statement<SentRow, Text> heartbeat{
    "heartbeat", "SELECT pg_notify('rollcall_heartbeat', $1)::text AS sent"};

inline constexpr Statement<NoRow> begin{"begin", "BEGIN"};
inline constexpr Statement<NoRow> commit{"commit", "COMMIT"};
inline constexpr Statement<NoRow> roll_back{"roll_back", "ROLLBACK"};
// In milliseconds, up to the end of the transaction.
inline constexpr Statement<NoRow> wait_briefly{"wait_briefly", "SET LOCAL lock_timeout = 100"};
inline constexpr Statement<NoRow> save{"save", "SAVEPOINT one_write"};
inline constexpr Statement<NoRow> release{"release", "RELEASE SAVEPOINT one_write"};
inline constexpr Statement<NoRow> roll_back_one{"roll_back_one", "ROLLBACK TO SAVEPOINT one_write"};

/// What each kind of connection prepares.
inline constexpr std::array for_reading{shape<find_users>, shape<page_of_users>, shape<probe>};
inline constexpr std::array for_writing{shape<find_user>,     shape<lock_users>,  shape<add_user>,
                                        shape<change_user>,   shape<remove_user>, shape<notify>,
                                        shape<probe>,         shape<begin>,       shape<commit>,
                                        shape<roll_back>,     shape<save>,        shape<release>,
                                        shape<roll_back_one>, shape<wait_briefly>};
inline constexpr std::array for_listening{shape<listen>, shape<listen_to_heartbeats>,
                                          shape<heartbeat>};

inline constexpr std::array for_importing{
    shape<find_import>,   shape<record_import>, shape<lock_imports>,    shape<ids_among>,
    shape<deleted_among>, shape<emails_among>,  shape<last_id>,         shape<draw_ids>,
    shape<add_users>,     shape<raise_last_id>, shape<notify>,          shape<begin>,
    shape<commit>,        shape<roll_back>,     shape<lock_out_writers>};
inline constexpr std::array for_exporting{shape<begin_snapshot>, shape<page_of_users>};

/// Every statement that this engine is to understand.
inline constexpr std::array all{shape<find_users>,
                                shape<page_of_users>,
                                shape<every_user>,
                                shape<probe>,
                                shape<find_user>,
                                shape<user_of_email>,
                                shape<lock_users>,
                                shape<add_user>,
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
                                shape<emails_among>,
                                shape<deleted_among>,
                                shape<deleted_user>,
                                shape<last_id>,
                                shape<draw_ids>,
                                shape<raise_last_id>,
                                shape<add_users>,
                                shape<begin_snapshot>,
                                shape<lock_out_writers>,
                                shape<heartbeat>,
                                shape<listen_to_heartbeats>};

}  // namespace sql::postgres
}  // namespace rollcall::db
