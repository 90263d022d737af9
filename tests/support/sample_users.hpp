// Values for tests. An invalid one throws instead of asserting, so that any thread may make values:
// Catch2's assertions are for the test's own thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/change.hpp"
#include "domain/user.hpp"

namespace rollcall::tests {

inline UserId user_id(std::int64_t number) { return UserId::from(number).value(); }

inline UserName user_name(std::string_view text) { return UserName::parse(text).value(); }

inline Email e_mail(std::string_view text) { return Email::parse(text).value(); }

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

/// A precondition that rows meet which were not changed after this second since 1970.
inline Precondition if_unmodified_since(std::int64_t second) {
  return {.if_unmodified_since = SinceDate{std::chrono::sys_seconds{std::chrono::seconds{second}}}};
}

}  // namespace rollcall::tests
