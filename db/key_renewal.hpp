// Keys of e-mails and usernames in the database that are not what this version computes: older
// versions, also those that run beside it, fold ASCII letters alone. Both agree about ASCII.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/user_columns.hpp"
#include "domain/page.hpp"

namespace rollcall::db {

/// The texts of a user, and the keys that are stored with them.
struct StoredKeysRow {
  std::int64_t id = 0;
  OptionalText email{};
  OptionalText email_key{};
  OptionalText username{};
  OptionalText username_key{};
};
template <>
inline constexpr auto columns_of<StoredKeysRow> = std::tuple{
    Column{"id", &StoredKeysRow::id}, Column{"email", &StoredKeysRow::email},
    Column{"email_key", &StoredKeysRow::email_key}, Column{"username", &StoredKeysRow::username},
    Column{"username_key", &StoredKeysRow::username_key}};

/// A text whose stored key is another than this version computes.
struct StaleKey {
  std::int64_t id;
  UserKey key;  // what this version computes
  std::string text;
};

/// The stale keys of a row are appended. A text that is no e-mail or no username, as another
/// program may have written, has no key, and is left out.
void append_stale_keys(const StoredKeysRow& row, std::vector<StaleKey>& keys);

/// How many users one transaction gives new keys at most.
inline constexpr std::int64_t renewed_at_once = 500;

/// What was done about stale keys.
struct KeyRenewal {
  std::int64_t renewed = 0;
  std::int64_t kept = 0;  // since another user has the new key, or a row was changed meanwhile

  bool operator==(const KeyRenewal&) const = default;
};

/// "keys of e-mails and usernames: 3 renewed, ...", for the operator; empty where nothing was
/// stale.
std::string text_of(const KeyRenewal& renewal);

}  // namespace rollcall::db
