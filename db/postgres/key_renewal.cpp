#include "db/postgres/key_renewal.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <set>
#include <utility>

#include "db/statements.hpp"

namespace rollcall::db {

namespace {

// In hexadecimal, so that no character has a meaning in SQL.
std::string literal(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte / 16];
    hex += digits[byte % 16];
  }
  return "convert_from(decode('" + hex + "', 'hex'), 'UTF8')";
}

// Renews the keys of `stale` in this field. Of equal keys the first user gets it.
std::string update(const std::vector<StaleKey>& stale, UserKey::Field field,
                   const std::string& column) {
  std::set<std::string_view> given;
  std::string rows;
  for (const StaleKey& one : stale) {
    if (one.key.field != field || !given.insert(one.key.value).second) continue;
    rows += (rows.empty() ? "(bigint '" : ", (bigint '") + std::to_string(one.id) + "', " +
            literal(one.text) + ", " + literal(one.key.value) + ")";
  }
  if (rows.empty()) return {};
  return "UPDATE users SET " + column + "_key = new.key FROM (VALUES " + rows +
         ") AS new (id, text, key) WHERE users.id = new.id AND users." + column +
         " COLLATE \"C\" = new.text AND NOT EXISTS (SELECT FROM users AS other WHERE other." +
         column + "_key = new.key AND other.id <> new.id); ";
}

// The row of a script's result; no e-mail and no username is empty.
StoredKeysRow row_of(const PgResult& result, int row) {
  const auto text = [&](int column) -> OptionalText {
    const auto value = result.text(row, column);
    return value.empty() ? std::nullopt : OptionalText(value);
  };
  return {result.number(row, 0), text(1), text(2), text(3), text(4)};
}

std::int64_t count_in(std::string_view command) {
  std::int64_t count = 0;
  const auto number = command.substr(command.rfind(' ') + 1);
  std::from_chars(number.data(), number.data() + number.size(), count);
  return count;
}

}  // namespace

std::optional<std::string> PgKeyRenewal::next() {
  const bool conflict = std::exchange(failed_, false);
  if (conflict) {
    page_ = {{}, before_, 0};
  } else if (std::exchange(sent_, true)) {
    if (!page_.stale.empty()) conflicts_ = 0;
    const auto stale = static_cast<std::int64_t>(page_.stale.size());
    total_.renewed += updated_;
    total_.kept += stale - updated_;
    before_ = page_.last;
    page_ = std::exchange(following_, {});
    if (page_.users == 0) return std::nullopt;
  }
  updated_ = 0;
  following_ = {};
  return (conflict ? "ROLLBACK; " : "") + script();
}

std::string PgKeyRenewal::script() const {
  using Field = UserKey::Field;
  return std::string(begin_migrating) + update(page_.stale, Field::email, "email") +
         update(page_.stale, Field::username, "username") +
         std::string(sql::postgres::texts::users_with_keys.view()) + " AND id > " +
         std::to_string(page_.last) + " ORDER BY id LIMIT " + std::to_string(renewed_at_once) +
         "; COMMIT";
}

tl::expected<void, PgError> PgKeyRenewal::take(const PgResult& result) {
  if (!result.is_good()) {
    PgError error = result.error("renewing keys failed");
    constexpr int most_conflicts = 20;
    if ((error.duplicate() || error.repeatable()) && ++conflicts_ <= most_conflicts) {
      failed_ = true;
      return {};
    }
    if (!error.connection_lost()) error.kind = PgError::Kind::schema;
    return tl::unexpected(std::move(error));
  }
  if (result.command().starts_with("UPDATE ")) updated_ += count_in(result.command());
  if (PQnfields(result.handle()) != static_cast<int>(column_count<StoredKeysRow>)) return {};
  following_ = {{}, page_.last, result.rows()};
  for (int i = 0; i < result.rows(); ++i) {
    const StoredKeysRow row = row_of(result, i);
    append_stale_keys(row, following_.stale);
    following_.last = row.id;
  }
  return {};
}

}  // namespace rollcall::db
