// The users with a write whose outcome is not known yet.
#pragma once

#include <cstddef>

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/identity.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>

#include "domain/user.hpp"

namespace rollcall::actors {

/// At most `most` ids; the oldest is dropped first. On a shared database that is still correct: the
/// notification of a late COMMIT invalidates the user anyway. One thread.
class UnknownOutcomes {
 public:
  static constexpr std::size_t most = 10'000;

  void add(UserId id) {
    ids_.push_back(id);
    if (ids_.size() > most) ids_.pop_front();
  }
  void settle(UserId id) { ids_.get<1>().erase(id); }
  bool contains(UserId id) const { return !ids_.empty() && ids_.get<1>().count(id) != 0; }

 private:
  boost::multi_index_container<
      UserId,
      boost::multi_index::indexed_by<boost::multi_index::sequenced<>,
                                     boost::multi_index::hashed_unique<
                                         boost::multi_index::identity<UserId>, std::hash<UserId>>>>
      ids_;
};

}  // namespace rollcall::actors
