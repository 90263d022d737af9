// Pages of users: query and result.
#pragma once

#include <optional>
#include <vector>

#include "domain/user.hpp"

namespace rollcall {

/// Which page: users whose id is greater than `after`, ascending.
struct PageQuery {
  std::optional<UserId> after{};
  int limit = 50;  // 1..max_page

  bool operator==(const PageQuery&) const = default;
};

/// The longest page.
inline constexpr int max_page = 500;

struct UserPage {
  std::vector<UserRef> users;
  bool more = false;  // whether users with larger ids follow
};

}  // namespace rollcall
