#include "db/postgres/exporter.hpp"

#include <algorithm>
#include <utility>

#include "db/postgres/statements.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

namespace pg = sql::postgres;
using Failure = tl::unexpected<std::string>;

constexpr std::int64_t page_size = 1'000;

}  // namespace

tl::expected<std::unique_ptr<PgExporter>, PgError> PgExporter::open(
    const PgTarget& target, std::chrono::milliseconds connect_timeout) {
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall export";
  options.handshake.statements = pg::for_exporting;
  options.handshake.standby = true;
  options.handshake.statement_timeout = command_statement_timeout;
  return PgSession::open(target, options).map([](PgSession session) {
    return std::unique_ptr<PgExporter>(new PgExporter(std::move(session)));
  });
}

template <const auto& Statement>
tl::expected<bool, std::string> PgExporter::has_row(PageCursor& cursor) {
  if (!cursor.page || (cursor.row == cursor.page->rows() && cursor.row == page_size)) {
    auto page = session_.run<Statement>(cursor.last, page_size);
    if (!page) return Failure(page.error().explained());
    cursor.page.emplace(std::move(*page));
    cursor.row = 0;
  }
  return cursor.row < cursor.page->rows();
}

tl::expected<std::optional<User>, std::string> PgExporter::next() {
  if (!users_.page) {
    if (const auto begun = session_.run<pg::begin_snapshot>(); !begun) {
      return Failure(begun.error().explained());
    }
  }
  const auto found = has_row<sql::page_of_users>(users_);
  if (!found) return Failure(found.error());
  if (!*found) return std::nullopt;
  auto user = user_of(users_.page->row<UserRow>(users_.row++));
  if (!user) return Failure(std::move(user.error()));
  users_.last = user->id.value();
  return std::move(*user);
}

tl::expected<std::optional<UsedId>, std::string> PgExporter::next_used_id() {
  const auto found = has_row<pg::page_of_deleted>(deleted_);
  if (!found) return Failure(found.error());
  if (*found) {
    deleted_.last = deleted_.page->row<IdRow>(deleted_.row++).id;
    return used_id_of(deleted_.last, true);
  }
  if (std::exchange(told_last_, true)) return std::nullopt;
  // A sequence is in no snapshot: this one may be some ids ahead of it.
  const auto last = session_.run<pg::last_id>();
  if (!last) return Failure(last.error().explained());
  const std::int64_t id = last->row<ComputedIdRow>(0).id.value_or(0);
  if (id <= std::max(users_.last, deleted_.last)) return std::nullopt;
  return used_id_of(id, false);
}

}  // namespace rollcall::db
