#include "db/user_keys.hpp"

#include <algorithm>

#include "domain/errors.hpp"

namespace rollcall::db {

namespace {

using Kind = ImportRejection::Kind;

struct Key {
  std::string_view column;
  std::string_view constraint;
  Error (*error)();
  Kind rejection;
  std::string_view label;
  std::string (*value)(const UserFields&);
};

// In the order of KeysRow.
constexpr std::array<Key, key_count> table{
    {{"email_key", "users_email_key", email_taken, Kind::email_taken, "e-mail",
      [](const UserFields& fields) { return fields.email->value(); }},
     {"username_key", "users_username_key", username_taken, Kind::username_taken, "username",
      [](const UserFields& fields) { return fields.username->value(); }},
     {"external_id", "users_external_id_key", external_id_taken, Kind::external_id_taken,
      "external id", [](const UserFields& fields) { return fields.external_id->value(); }}}};

constexpr bool is_in_order() {
  return std::apply(
      [](const auto&... column) {
        std::size_t index = 0;
        return ((column.name == table[index++].column) && ...);
      },
      columns_of<KeysRow>);
}
static_assert(is_in_order());

template <class T>
std::optional<T> given(const std::optional<std::optional<T>>& change) {
  return change.value_or(std::nullopt);
}

// The same; nothing where it is as before.
template <class T>
std::optional<T> unlike(const std::optional<std::optional<T>>& change,
                        const std::optional<T>& before) {
  return change && *change != before ? *change : std::nullopt;
}

}  // namespace

UserKeys::UserKeys(const std::optional<Email>& email, const std::optional<Username>& username,
                   const std::optional<ExternalId>& external_id) {
  if (email) keys_[index_of<KeysRow>("email_key")] = email->key();
  if (username) keys_[index_of<KeysRow>("username_key")] = username->key();
  if (external_id) keys_[index_of<KeysRow>("external_id")] = external_id->value();
}

UserKeys::UserKeys(const UserFields& fields)
    : UserKeys(fields.email, fields.username, fields.external_id) {}

UserKeys::UserKeys(const UserPatch& patch)
    : UserKeys(given(patch.email), given(patch.username), given(patch.external_id)) {}

UserKeys::UserKeys(const UserPatch& patch, const User& before)
    : UserKeys(unlike(patch.email, before.email), unlike(patch.username, before.username),
               unlike(patch.external_id, before.external_id)) {}

KeysRow UserKeys::row() const {
  KeysRow row;
  std::apply(
      [&](const auto&... column) {
        std::size_t key = 0;
        ((row.*(column.member) = keys_[key++]), ...);
      },
      columns_of<KeysRow>);
  return row;
}

std::size_t UserKeys::count() const {
  return static_cast<std::size_t>(
      std::count_if(keys_.begin(), keys_.end(), [](const auto& key) { return key.has_value(); }));
}

std::optional<std::size_t> UserKeys::first() const { return first_of(row()); }

std::optional<std::size_t> UserKeys::first_of(const KeysRow& other) const {
  return with_values(other, [&](const auto&... theirs) -> std::optional<std::size_t> {
    std::size_t key = 0;
    const bool found = ((keys_[key] && keys_[key] == theirs ? true : (++key, false)) || ...);
    return found ? std::optional(key) : std::nullopt;
  });
}

Error taken(std::optional<std::size_t> key) { return key ? table[*key].error() : email_taken(); }

ImportRejection key_taken(const UserFields& fields, std::size_t key) {
  const Key& its = table[key];
  return {its.rejection, "the " + std::string(its.label) + " " + its.value(fields) + " is taken"};
}

std::optional<std::size_t> key_of_constraint(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Key& key) { return key.constraint == name; });
  if (found == table.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.begin());
}

}  // namespace rollcall::db
