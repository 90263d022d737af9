#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

Timestamp timestamp_of(std::int64_t milliseconds) {
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

}  // namespace

tl::expected<User, std::string> user_of(const UserRow& row) {
  const auto wrong = [&](const std::string& what) {
    return tl::unexpected("the row of user " + std::to_string(row.id) + ": " + what);
  };
  const auto id = UserId::from(row.id);
  if (!id) return wrong("the id is not positive");
  auto name = UserName::parse(row.name);
  if (!name) return wrong("the name " + name.error());
  std::optional<Email> email;
  if (row.email) {
    auto parsed = Email::parse(*row.email);
    if (!parsed) return wrong("the e-mail " + parsed.error());
    email = std::move(*parsed);
  }
  return User{*id,
              std::move(*name),
              std::move(email),
              row.version,
              timestamp_of(row.created_at_ms),
              timestamp_of(row.updated_at_ms)};
}

tl::expected<std::optional<UsedId>, std::string> used_id_of(std::int64_t id, bool deleted) {
  const auto valid = UserId::from(id);
  if (!valid) return tl::unexpected("the used-up id " + std::to_string(id) + " is not positive");
  return UsedId{*valid, deleted};
}

StoredFields::StoredFields(const UserFields& fields) : fields_(&fields) {
  if (fields.email) email_key_ = fields.email->key();
}

FieldsRow StoredFields::row() const {
  const auto text = [](const auto& field) {
    return field ? OptionalText(field->value()) : std::nullopt;
  };
  return {fields_->name.value(), text(fields_->email), email_key_};
}

StoredPatch::StoredPatch(const UserPatch& patch) : patch_(&patch) {
  if (patch.email && *patch.email) email_key_ = (*patch.email)->key();
}

PatchRow StoredPatch::row() const {
  PatchRow row;
  if (patch_->name) {
    row.given |= bit_of("name");
    row.name = patch_->name->value();
  }
  if (patch_->email) {
    row.given |= bit_of("email") | bit_of("email_key");
    if (*patch_->email) row.email = (*patch_->email)->value();
    if (email_key_) row.email_key = *email_key_;
  }
  return row;
}

bool has_already(const UserRow& row, const UserPatch& patch) {
  const StoredPatch stored(patch);
  const PatchRow asked = stored.row();
  return ((asked.given & bit_of("name")) == 0 || asked.name == row.name) &&
         ((asked.given & bit_of("email")) == 0 || asked.email == row.email);
}

RecordRow record_of(const ImportedUser& user, Timestamp now) {
  return {user.version.value_or(first_version), milliseconds_of(user.created_at.value_or(now)),
          milliseconds_of(user.updated_at.value_or(now))};
}

}  // namespace rollcall::db
