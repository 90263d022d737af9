// The bodies of POST, PUT and PATCH: JSON to the parts of a user.
#pragma once

#include <optional>
#include <string_view>

#include <tl/expected.hpp>

#include "domain/user.hpp"
#include "http/wire/problem.hpp"

namespace rollcall::http {

/// A whole user, as POST and PUT give it.
struct UserBody {
  UserName name;
  std::optional<Email> email;
};

/// A merge patch (RFC 7396): what is given changes, an e-mail of null is removed.
struct UserPatchBody {
  std::optional<UserName> name;
  std::optional<std::optional<Email>> email;
};

/// Both answer malformed_json, or validation_failed that names every wrong field.
tl::expected<UserBody, Problem> parse_user(std::string_view body);
tl::expected<UserPatchBody, Problem> parse_user_patch(std::string_view body);

}  // namespace rollcall::http
