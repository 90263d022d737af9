#include "db/pg_exporter.hpp"

#include "db/pg_statements.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

namespace pg = sql::postgres;
using Failure = tl::unexpected<std::string>;

// Of a page; whoever reads our output may take ten times as long before the server gives us up.
constexpr std::chrono::seconds statement_timeout{60};
constexpr std::int64_t page_size = 1'000;

}  // namespace

tl::expected<std::unique_ptr<PgExporter>, PgFault> PgExporter::open(
    const PgTarget& target, std::chrono::milliseconds connect_timeout) {
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall export";
  options.handshake.statements = pg::for_exporting;
  options.handshake.standby = true;
  options.handshake.statement_timeout = statement_timeout;
  return PgSession::open(target, options).map([](PgSession session) {
    return std::unique_ptr<PgExporter>(new PgExporter(std::move(session)));
  });
}

tl::expected<std::optional<User>, std::string> PgExporter::next() {
  if (!page_) {
    if (const auto begun = session_.run<pg::begin_snapshot>(); !begun) {
      return Failure(begun.error().explained());
    }
  }
  if (!page_ || (row_ == page_->rows() && row_ == page_size)) {
    auto page = session_.run<sql::page_of_users>(last_, page_size);
    if (!page) return Failure(page.error().explained());
    page_.emplace(std::move(*page));
    row_ = 0;
  }
  if (row_ == page_->rows()) return std::nullopt;
  auto user = user_of(page_->row<UserRow>(row_++));
  if (!user) return Failure(std::move(user.error()));
  last_ = user->id.value();
  return std::move(*user);
}

}  // namespace rollcall::db
