// Parts of users for tests, parsed or the test fails.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/change.hpp"
#include "domain/user.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {

inline UserId user_id(std::int64_t number) {
  const auto id = UserId::from(number);
  REQUIRE(id.has_value());
  return *id;
}

inline UserName user_name(std::string_view text) {
  auto name = UserName::parse(text);
  REQUIRE(name.has_value());
  return *name;
}

inline Email e_mail(std::string_view text) {
  auto email = Email::parse(text);
  REQUIRE(email.has_value());
  return *email;
}

inline CreateUser new_user(std::string_view name, std::optional<std::string_view> email = {}) {
  CreateUser change{user_name(name), std::nullopt};
  if (email) change.fields.email = e_mail(*email);
  return change;
}

inline Timestamp at_ms(std::int64_t milliseconds) {
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

/// A precondition that only this version meets.
inline Precondition if_version(std::int64_t version) {
  return {.if_match = VersionSet{.versions = {version}}};
}

}  // namespace rollcall::tests
