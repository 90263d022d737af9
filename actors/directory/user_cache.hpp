// An LRU cache of users.
#pragma once

#include <chrono>
#include <cstddef>
#include <utility>

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/key_extractors.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>

#include "domain/user.hpp"

namespace rollcall::actors {

/// At most `capacity` users; the least recently used is dropped first; 0: caches none. One thread.
class UserCache {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Entry {
    UserRef user;
    TimePoint cached_at;  // when the database returned it
  };

  explicit UserCache(std::size_t capacity) : capacity_(capacity) {}

  /// Null if it is not cached. Counts as a use. Valid until the next change.
  const Entry* find(UserId id) {
    auto& by_id = users_.get<1>();
    const auto found = by_id.find(id);
    if (found == by_id.end()) return nullptr;
    users_.relocate(users_.begin(), users_.project<0>(found));
    return &*found;
  }

  void insert(UserRef user, TimePoint at) {
    if (capacity_ == 0) return;
    Entry entry{std::move(user), at};
    const auto [place, added] = users_.push_front(entry);
    if (!added) {
      users_.replace(place, std::move(entry));
      users_.relocate(users_.begin(), place);
    } else if (users_.size() > capacity_) {
      users_.pop_back();
    }
  }

  void erase(UserId id) { users_.get<1>().erase(id); }
  void clear() { users_.clear(); }
  std::size_t size() const { return users_.size(); }

 private:
  struct IdOf {
    using result_type = UserId;
    UserId operator()(const Entry& entry) const { return entry.user->id; }
  };
  using Users = boost::multi_index_container<
      Entry,
      boost::multi_index::indexed_by<boost::multi_index::sequenced<>,
                                     boost::multi_index::hashed_unique<IdOf, std::hash<UserId>>>>;

  std::size_t capacity_;
  Users users_;
};

}  // namespace rollcall::actors
