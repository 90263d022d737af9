#include "db/postgres/key_reader.hpp"

#include "db/postgres/statements.hpp"

namespace rollcall::db {

tl::expected<std::unique_ptr<KeyReader>, PgError> PgKeyReader::open(
    const PgTarget& target, std::chrono::milliseconds connect_timeout) {
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall doctor";
  options.handshake.statements = sql::postgres::for_checking_keys;
  options.handshake.standby = true;
  options.handshake.statement_timeout = command_statement_timeout;
  using Opened = tl::expected<std::unique_ptr<KeyReader>, PgError>;
  return PgSession::open(target, options).and_then([](PgSession session) -> Opened {
    const auto begun = session.run<sql::postgres::begin_snapshot>();
    if (!begun) return tl::unexpected(begun.error());
    return std::unique_ptr<KeyReader>(new PgKeyReader(std::move(session)));
  });
}

tl::expected<KeyReader::Page, std::string> PgKeyReader::stale_after(std::int64_t last) {
  const auto result = session_.run<sql::postgres::keys_after>(last, renewed_at_once);
  if (!result) return tl::unexpected(result.error().explained());
  Page page{{}, last, result->rows() == renewed_at_once};
  for (int i = 0; i < result->rows(); ++i) {
    const auto row = result->row<StoredKeysRow>(i);
    append_stale_keys(row, page.stale);
    page.last = row.id;
  }
  return page;
}

tl::expected<std::optional<std::int64_t>, std::string> PgKeyReader::holder(const UserKey& key) {
  const std::string_view value = key.value;
  const auto found = key.field == UserKey::Field::email ? session_.run<sql::find_email>(value)
                                                        : session_.run<sql::find_username>(value);
  if (!found) return tl::unexpected(found.error().explained());
  return found->rows() == 0 ? std::nullopt : std::optional(found->row<UserRow>(0).id);
}

}  // namespace rollcall::db
