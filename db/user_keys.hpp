// The values of a user that no other user may have, beside the id.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "db/importer.hpp"
#include "db/sql_text.hpp"
#include "db/user_columns.hpp"
#include "domain/error.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

inline constexpr std::size_t key_count = column_count<KeysRow>;

/// The keys that a user gets, in the order of KeysRow. Where several are taken, the first one
/// decides which error is answered.
class UserKeys {
 public:
  explicit UserKeys(const UserFields& fields);
  explicit UserKeys(const UserPatch& patch);
  /// Without those of texts that the user has already: such a key is not written, and stays as it
  /// is in the database, where an older version may have computed it.
  UserKeys(const UserPatch& patch, const User& before);

  /// Points into this object.
  KeysRow row() const;
  const std::optional<std::string>& operator[](std::size_t key) const { return keys_[key]; }
  /// How many there are.
  std::size_t count() const;
  /// The first one; nothing where there is none.
  std::optional<std::size_t> first() const;
  /// The first one that the other has too.
  std::optional<std::size_t> first_of(const KeysRow& other) const;

 private:
  UserKeys(const std::optional<Email>& email, const std::optional<Username>& username,
           const std::optional<ExternalId>& external_id);

  std::array<std::optional<std::string>, key_count> keys_;
};

/// What a client is told where another user has this key; without one, as the cause is a trigger of
/// another program, that it is the e-mail.
Error taken(std::optional<std::size_t> key);
/// The same for an import. The user has this key.
ImportRejection key_taken(const UserFields& fields, std::size_t key);
/// The key whose unique constraint has this name on PostgreSQL.
std::optional<std::size_t> key_of_constraint(std::string_view name);

}  // namespace rollcall::db
