// Users as JSON.
#pragma once

#include <string>

#include "domain/change.hpp"

namespace rollcall::http {

/// Appends the user as an object: id, name, email (null where there is none), version, created_at,
/// updated_at, in this order, without white space.
void append_user(std::string& out, const User& user);
std::string render_user(const User& user);

/// `{"users":[...],"next":...}`; `next` is a target, or empty for null.
std::string render_page(const UserPage& page, const std::string& next);

}  // namespace rollcall::http
