#include "db/key_renewal.hpp"

#include <optional>

namespace rollcall::db {

namespace {

template <class Value>
void append_if_stale(std::int64_t id, UserKey::Field field, const OptionalText& text,
                     const OptionalText& stored, std::vector<StaleKey>& keys) {
  if (!text) return;
  const auto value = Value::parse_stored(*text);
  if (!value) return;
  std::string key = value->key();
  if (stored != key) keys.push_back({id, {field, std::move(key)}, std::string(*text)});
}

}  // namespace

void append_stale_keys(const StoredKeysRow& row, std::vector<StaleKey>& keys) {
  using Field = UserKey::Field;
  append_if_stale<Email>(row.id, Field::email, row.email, row.email_key, keys);
  append_if_stale<Username>(row.id, Field::username, row.username, row.username_key, keys);
}

std::string text_of(const KeyRenewal& renewal) {
  if (renewal == KeyRenewal{}) return {};
  std::string text =
      "keys of e-mails and usernames: " + std::to_string(renewal.renewed) + " renewed";
  if (renewal.kept > 0) {
    text += ", " + std::to_string(renewal.kept) +
            " not, since other users have the same text: `rollcall doctor` names them";
  }
  return text;
}

}  // namespace rollcall::db
