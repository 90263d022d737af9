// Parses the JSON bodies of POST, PUT and PATCH.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "domain/user.hpp"
#include "http/wire/problem.hpp"

namespace rollcall::http {

/// A whole user, as POST and PUT give it. The error is malformed_json, or validation_failed that
/// names every wrong field.
tl::expected<UserFields, Problem> parse_user(std::string_view body);
/// A merge patch (RFC 7396), with the same errors.
tl::expected<UserPatch, Problem> parse_user_patch(std::string_view body);

}  // namespace rollcall::http
