// Users as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/user.hpp"

namespace rollcall::http {

/// Appends the user as an object: every field of domain/user_fields.hpp in the order of the table,
/// without white space.
void append_user(std::string& out, const User& user);
std::string render_user(const User& user);

/// The targets of the pages beside one; empty where there is none.
struct PageLinks {
  std::string next{};
  std::string prev{};
};
/// `{"users":[...],"next":...,"prev":...,"total":...}`; without `total` where that is not known.
std::string render_page(const std::vector<UserRef>& users, const PageLinks& links,
                        std::optional<std::int64_t> total = {});
/// `{"users":[...],"missing":[...]}`
std::string render_users(const std::vector<UserRef>& users, const std::vector<UserId>& missing);

}  // namespace rollcall::http
