// Whether texts that Rollcall writes are JSON, as another reader of JSON sees them.
#pragma once

#include <string>
#include <string_view>

#include "domain/user.hpp"
#include "http/wire/problem.hpp"
#include "json/object.hpp"

namespace rollcall::fuzz {

/// Whether the text is JSON in valid UTF-8.
bool is_json(std::string_view text);
/// Requires that the problem, found at this path, becomes a JSON document with its status.
void require_document(const http::Problem& problem, std::string_view path);
/// Requires that the object has exactly these members, each of the same type and value.
void require_members(std::string_view object, const std::vector<json::Member>& members);
/// Requires that the object has the values of the user.
void require_user(std::string_view object, const User& user);

}  // namespace rollcall::fuzz
