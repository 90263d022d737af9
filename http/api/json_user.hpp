// Users as JSON.
#pragma once

#include <string>

#include "domain/page.hpp"

namespace rollcall::http {

/// Appends the user as an object: every field of domain/user_fields.hpp in the order of the table,
/// without white space.
void append_user(std::string& out, const User& user);
std::string render_user(const User& user);

/// `{"users":[...],"next":...}`; `next` is a target, or empty for null.
std::string render_page(const UserPage& page, const std::string& next);

}  // namespace rollcall::http
