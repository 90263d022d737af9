// The texts of cached users, so that each is rendered once.
#pragma once

#include <bit>
#include <cstddef>
#include <string>
#include <vector>

#include "domain/user.hpp"
#include "http/api/json_user.hpp"
#include "http/api/last_modified.hpp"

namespace rollcall::http {

/// What answers about a user consist of.
struct RenderedUser {
  std::string json{};
  std::string last_modified{};  // empty as long as it is not sent
};

/// Direct-mapped by id: a user replaces another one with the same index. One thread.
class RenderedUsers {
 public:
  /// More are rarely hot at once, and a miss costs a microsecond.
  static constexpr std::size_t most = 32'768;

  /// `users`: the capacity of the cache that the users come from.
  explicit RenderedUsers(std::size_t users)
      : size_(std::bit_ceil(users < most ? users + 1 : most)) {}

  /// Valid until the next call. Renders the user unless this object is in its place already. Asks
  /// for the time, `now()`, only as long as there is no Last-Modified.
  template <class Now>
  const RenderedUser& of(const UserRef& user, Now now) {
    if (entries_.empty()) entries_.resize(size_);
    auto& entry = entries_[static_cast<std::size_t>(user->id.value()) & (size_ - 1)];
    if (entry.user != user) entry = {user, {render_user(*user), {}}};
    auto& rendered = entry.rendered;
    if (rendered.last_modified.empty()) {
      rendered.last_modified = last_modified_of(user->updated_at, now());
    }
    return rendered;
  }

 private:
  struct Entry {
    UserRef user{};
    RenderedUser rendered{};
  };

  std::size_t size_;  // a power of two
  std::vector<Entry> entries_{};
};

}  // namespace rollcall::http
