#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

Timestamp timestamp_of(std::int64_t milliseconds) {
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

// Parses a nullable column into `field`; the error is what is wrong.
template <class T>
tl::expected<void, std::string> parse(const OptionalText& text, std::optional<T>& field) {
  if (!text) return {};
  const auto set = [&](T&& value) { field = std::move(value); };
  if constexpr (requires { T::parse_stored(*text); }) {
    return T::parse_stored(*text).map(set);
  } else {
    return T::parse(*text).map(set);
  }
}

template <class Field>
OptionalText text_of(const std::optional<Field>& field) {
  return field ? OptionalText(field->value()) : std::nullopt;
}

}  // namespace

tl::expected<User, std::string> user_of(const UserRow& row) {
  const auto wrong = [&](const std::string& what) {
    return tl::unexpected("the row of user " + std::to_string(row.id) + ": " + what);
  };
  const auto id = UserId::from(row.id);
  if (!id) return wrong("the id is not positive");
  auto name = UserName::parse_stored(row.name);
  if (!name) return wrong("the name " + name.error());
  auto attributes = Attributes::parse(row.attributes);
  if (!attributes) return wrong("the object of attributes " + attributes.error());
  User user{*id,
            std::move(*name),
            {},
            row.version,
            timestamp_of(row.created_at_ms),
            timestamp_of(row.updated_at_ms)};
  user.active = row.active != 0;
  user.attributes = std::move(*attributes);
  if (auto parsed = parse(row.email, user.email); !parsed) {
    return wrong("the e-mail " + parsed.error());
  }
  if (auto parsed = parse(row.username, user.username); !parsed) {
    return wrong("the username " + parsed.error());
  }
  if (auto parsed = parse(row.external_id, user.external_id); !parsed) {
    return wrong("the external id " + parsed.error());
  }
  return user;
}

tl::expected<std::optional<UsedId>, std::string> used_id_of(std::int64_t id, bool deleted) {
  const auto valid = UserId::from(id);
  if (!valid) return tl::unexpected("the used-up id " + std::to_string(id) + " is not positive");
  return UsedId{*valid, deleted};
}

StoredFields::StoredFields(const UserFields& fields) : fields_(&fields), keys_(fields) {}

FieldsRow StoredFields::row() const {
  const KeysRow keys = keys_.row();
  return {fields_->name.value(),      text_of(fields_->email),    keys.email_key,
          text_of(fields_->username), keys.username_key,          text_of(fields_->external_id),
          fields_->active ? 1 : 0,    fields_->attributes.value()};
}

StoredPatch::StoredPatch(const UserPatch& patch) : patch_(&patch), keys_(patch) {}

PatchRow StoredPatch::row() const {
  const KeysRow keys = keys_.row();
  PatchRow row;
  if (patch_->name) {
    row.given |= bit_of("name");
    row.name = patch_->name->value();
  }
  if (patch_->email) {
    row.given |= bit_of("email") | bit_of("email_key");
    row.email = text_of(*patch_->email);
    row.email_key = keys.email_key;
  }
  if (patch_->username) {
    row.given |= bit_of("username") | bit_of("username_key");
    row.username = text_of(*patch_->username);
    row.username_key = keys.username_key;
  }
  if (patch_->external_id) {
    row.given |= bit_of("external_id");
    row.external_id = keys.external_id;
  }
  if (patch_->active) {
    row.given |= bit_of("active");
    row.active = *patch_->active ? 1 : 0;
  }
  if (patch_->attributes) {
    row.given |= bit_of("attributes");
    row.attributes = patch_->attributes->attributes.value();
  }
  return row;
}

bool has_already(const UserRow& row, const UserPatch& patch) {
  const StoredPatch stored(patch);
  const PatchRow asked = stored.row();
  const auto same = [&](std::int64_t bit, const auto& wanted, const auto& present) {
    return (asked.given & bit) == 0 || wanted == present;
  };
  return same(bit_of("name"), asked.name, row.name) &&
         same(bit_of("email"), asked.email, row.email) &&
         same(bit_of("username"), asked.username, row.username) &&
         same(bit_of("external_id"), asked.external_id, row.external_id) &&
         same(bit_of("active"), asked.active, row.active) &&
         same(bit_of("attributes"), asked.attributes, row.attributes);
}

RecordRow record_of(const ImportedUser& user, Timestamp now) {
  return {user.version.value_or(first_version), milliseconds_of(user.created_at.value_or(now)),
          milliseconds_of(user.updated_at.value_or(now))};
}

}  // namespace rollcall::db
