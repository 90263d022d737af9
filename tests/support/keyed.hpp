// Creates with an idempotency key, and their results as texts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "domain/change.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {

/// A create of a user with this name, whose answer says so. `request`: its fingerprint.
inline CreateUser keyed(std::string key, std::string_view name,
                        std::optional<std::string_view> email = {}, std::string request = "same",
                        std::string caller = {}) {
  auto answer = [](const UserRef& user) {
    return KeptAnswer{user->id, 201, "Number: " + std::to_string(user->id.value()) + "\r\n",
                      "created " + user->name.value()};
  };
  auto create = new_user(name, email);
  create.key = std::make_shared<const RequestKey>(
      RequestKey{std::move(caller), std::move(key), std::move(request), answer});
  return create;
}

/// "new 1 created Ada", "again 1 created Ada", or the number of the error's code.
inline std::string shown(const ChangeResult& result) {
  if (!result) return "error " + std::to_string(static_cast<int>(result.error().code));
  if (!result->answer) return "no answer";
  return (result->repeated() ? "again " : "new ") + std::to_string(result->answer->user.value()) +
         ' ' + result->answer->body;
}

inline std::string shown(ErrorCode code) {
  return "error " + std::to_string(static_cast<int>(code));
}

}  // namespace rollcall::tests
