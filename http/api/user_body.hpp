// Parses the JSON bodies of POST, PUT and PATCH.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "domain/change.hpp"
#include "domain/user.hpp"
#include "http/wire/problem.hpp"

namespace rollcall::http {

/// A whole user, as POST gives it. The error is malformed_json, or validation_failed that names
/// every wrong field.
tl::expected<UserFields, Problem> parse_user(std::string_view body);
/// The whole user of this id, as PUT gives it, with the same errors. Fields that the server gives
/// are allowed: `id` must be this one, the others become what the change expects of the user.
tl::expected<ReplaceUser, Problem> parse_replacement(std::string_view body, UserId id);
/// A merge patch (RFC 7396) of the user of this id, with the same errors and the same fields.
tl::expected<PatchUser, Problem> parse_user_patch(std::string_view body, UserId id);

}  // namespace rollcall::http
