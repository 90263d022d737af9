// Reads users from SQLite: by ids, by other keys and by pages.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include <tl/expected.hpp>

#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"
#include "domain/change_log.hpp"
#include "domain/page.hpp"

namespace rollcall::db {

/// A read-only connection with its statements. One thread at a time; every call blocks, for `limit`
/// of real time at most beside what the disk takes. Sees what was committed before the call, and
/// holds no snapshot after it.
class SqliteReader {
 public:
  /// Opens an existing database and prepares every statement; a mismatch is an error that names the
  /// statement and the column.
  static tl::expected<SqliteReader, SqliteError> open(const std::filesystem::path& path,
                                                      std::chrono::milliseconds busy_timeout);

  /// The users among `ids` that exist, in any order, of one snapshot.
  tl::expected<std::vector<UserRef>, SqliteError> find(std::span<const UserId> ids,
                                                       std::chrono::nanoseconds limit);
  tl::expected<UserPage, SqliteError> page(const PageQuery& query, std::chrono::nanoseconds limit);
  /// The user who has the key, if any.
  tl::expected<UserPage, SqliteError> with_key(const UserKey& key, std::chrono::nanoseconds limit);
  tl::expected<std::int64_t, SqliteError> count(const UserFilter& filter,
                                                std::chrono::nanoseconds limit);
  /// Where the log ends, and the changes of one snapshot.
  tl::expected<ChangesResult, SqliteError> changes(const ChangesQuery& query,
                                                   std::chrono::nanoseconds limit);
  /// Checks every page, for at most 4 s, since a stop of the daemon waits for it. A file that takes
  /// longer fails with SQLITE_INTERRUPT.
  tl::expected<void, SqliteError> check_pages() { return connection_.check_pages(damage_search); }
  /// Reads a page of the table of users.
  tl::expected<void, SqliteError> probe(std::chrono::nanoseconds limit);

 private:
  explicit SqliteReader(SqliteConnection connection) : connection_(std::move(connection)) {}

  tl::expected<std::vector<UserRef>, SqliteError> find_each(std::span<const UserId> ids);
  // The rows, or the users, that a statement of lists_ returns.
  template <const auto& declared, class... Params>
  tl::expected<typename Prepared<declared>::Rows, SqliteError> rows_of(const Params&... parameters);
  template <const auto& declared, class... Params>
  tl::expected<std::vector<UserRef>, SqliteError> users_of(const Params&... parameters);

  SqliteConnection connection_;
  Prepared<sql::find_user> find_user_;
  std::tuple<Prepared<sql::page_of_users>, Prepared<sql::users_before>, Prepared<sql::active_after>,
             Prepared<sql::active_before>, Prepared<sql::sqlite::names_after>,
             Prepared<sql::sqlite::names_before>, Prepared<sql::count_users>,
             Prepared<sql::count_active>, Prepared<sql::sqlite::count_names>,
             Prepared<sql::find_email>, Prepared<sql::find_username>,
             Prepared<sql::find_external_id>>
      lists_;
  Prepared<sql::changes_after> changes_after_;
  Prepared<sql::changes_of_user> changes_of_user_;
  Prepared<sql::probe> probe_;
  Prepared<sql::sqlite::begin_read> begin_;
  Prepared<sql::sqlite::commit> commit_;
};

}  // namespace rollcall::db
