// Users for tests of actors, and checks of replies about users.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "actors/directory/messages.hpp"
#include "domain/error.hpp"
#include "domain/user.hpp"

namespace rollcall::tests {

inline UserId id(std::int64_t number) { return UserId::from(number).value(); }

/// A user named "User <id>".
inline UserRef make_user(std::int64_t number, std::int64_t version = 1) {
  auto name = UserName::parse("User " + std::to_string(number)).value();
  return std::make_shared<const User>(
      User{id(number), std::move(name), std::nullopt, version, Timestamp{}, Timestamp{}});
}

inline const UserRef& user_in(const Changed& written) { return written.user; }
inline const UserRef& user_in(const actors::FoundUser& found) { return found.user; }

/// The version of the user in the reply; -1 where there is no reply or no user in it.
template <class Asked>
std::int64_t version(const Asked& asked) {
  if (!asked->reply || !asked->reply->has_value()) return -1;
  const UserRef& user = user_in(**asked->reply);
  return user ? user->version : -1;
}
template <class Asked>
bool failed_with(const Asked& asked, ErrorCode code) {
  return asked->reply && !asked->reply->has_value() && asked->reply->error().code == code;
}

}  // namespace rollcall::tests
