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

EmailColumns::EmailColumns(const std::optional<Email>& email) {
  if (!email) return;
  address_ = email->value();
  key_ = email->key();
}

OptionalText EmailColumns::address() const {
  return address_ ? OptionalText(*address_) : std::nullopt;
}

OptionalText EmailColumns::key() const { return key_ ? OptionalText(*key_) : std::nullopt; }

}  // namespace rollcall::db
