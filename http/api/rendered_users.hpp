// The representations of cached users, so that each is rendered once.
#pragma once

#include <bit>
#include <cstddef>
#include <memory>
#include <vector>

#include "domain/user.hpp"
#include "http/api/last_modified.hpp"
#include "http/api/user_response.hpp"

namespace rollcall::http {

/// Direct-mapped by id: a user replaces another one with the same index. One thread.
class RenderedUsers {
 public:
  /// More are rarely hot at once, and a miss costs a microsecond.
  static constexpr std::size_t most = 32'768;

  /// `users`: the capacity of the cache that the users come from.
  explicit RenderedUsers(std::size_t users)
      : size_(std::bit_ceil(users < most ? users + 1 : most)) {}

  /// Renders the user unless this object is in its place already. Asks for the time, `now()`, only
  /// as long as there is no Last-Modified.
  template <class Now>
  const RepresentationRef& of(const UserRef& user, Now now) {
    if (entries_.empty()) entries_.resize(size_);
    auto& entry = entries_[static_cast<std::size_t>(user->id.value()) & (size_ - 1)];
    if (entry.user == user && entry.dated) return entry.representation;
    const auto date = last_modified_of(user->updated_at, now());
    if (entry.user != user || !date.empty()) {
      entry = {user, !date.empty(), std::make_shared<const Representation>(represent(*user, date))};
    }
    return entry.representation;
  }

 private:
  struct Entry {
    UserRef user{};
    bool dated = false;  // it has Last-Modified
    RepresentationRef representation{};
  };

  std::size_t size_;  // a power of two
  std::vector<Entry> entries_{};
};

}  // namespace rollcall::http
