#include "db/sqlite/key_renewal.hpp"

#include <utility>
#include <vector>

#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

namespace {

class Renewal {
 public:
  explicit Renewal(const SqliteConnection& connection) : connection_(connection) {}

  tl::expected<KeyRenewal, SqliteError> run() {
    if (auto prepared = prepare_all(connection_, keys_after_, renew_email_, renew_username_);
        !prepared) {
      return tl::unexpected(std::move(prepared.error()));
    }
    while (true) {
      const auto more = read_some();
      if (!more) return tl::unexpected(more.error());
      if (auto written = write(); !written) return tl::unexpected(std::move(written.error()));
      if (!*more) return total_;
    }
  }

 private:
  // False where these were the last users.
  tl::expected<bool, SqliteError> read_some() {
    stale_.clear();
    std::int64_t count = 0;
    auto cursor = keys_after_.run(last_, renewed_at_once);
    while (true) {
      const auto found = cursor.next();
      if (!found) return tl::unexpected(found.error());
      if (!*found) return count == renewed_at_once;
      const auto row = cursor.row();
      append_stale_keys(row, stale_);
      last_ = row.id;
      ++count;
    }
  }

  tl::expected<void, SqliteError> write() {
    if (stale_.empty()) return {};
    auto done = connection_.execute("BEGIN IMMEDIATE");
    KeyRenewal written;
    for (auto key = stale_.begin(); done && key != stale_.end(); ++key) done = renew(*key, written);
    if (done) done = connection_.execute("COMMIT");
    if (!done) return done;
    total_.renewed += written.renewed;
    total_.kept += written.kept;
    return {};
  }

  tl::expected<void, SqliteError> renew(const StaleKey& stale, KeyRenewal& written) {
    const auto run = [&](auto& statement) -> tl::expected<void, SqliteError> {
      auto cursor = statement.run(stale.key.value, stale.id, stale.text);
      const auto renewed = cursor.next();
      if (!renewed) return tl::unexpected(renewed.error());
      ++(*renewed ? written.renewed : written.kept);
      const auto end = *renewed ? cursor.next() : false;
      if (!end) return tl::unexpected(end.error());
      return {};
    };
    return stale.key.field == UserKey::Field::email ? run(renew_email_) : run(renew_username_);
  }

  const SqliteConnection& connection_;
  Prepared<sql::sqlite::keys_after> keys_after_;
  Prepared<sql::sqlite::renew_email_key> renew_email_;
  Prepared<sql::sqlite::renew_username_key> renew_username_;
  std::int64_t last_ = 0;  // the id of the last user that was read
  std::vector<StaleKey> stale_;
  KeyRenewal total_;
};

}  // namespace

tl::expected<KeyRenewal, SqliteError> renew_keys_of_all(const SqliteConnection& connection) {
  return Renewal(connection).run();
}

}  // namespace rollcall::db
