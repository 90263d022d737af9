#include "actors/directory/change_reader.hpp"

#include <utility>

namespace rollcall::actors {

ChangeReader::ChangeReader(Self& self, PageStoreHandle log,
                           std::vector<ChangeFollowerHandle> followers,
                           std::shared_ptr<FollowerCount> count)
    : self_(self),
      log_(std::move(log)),
      followers_(std::move(followers)),
      count_(std::move(count)),
      ticker_(schedule_of(self), interval, [this] { read(); }) {
  ticker_.arm();  // its predecessor may have had followers
}

ChangeReader::Handle::behavior_type ChangeReader::behavior() {
  return {[this](const ReadChanges&) { read(); }};
}

void ChangeReader::read() {
  if (awaited_ > 0) {
    again_ = true;
    return;
  }
  if (count_->load() == 0) return position_.reset();
  ticker_.arm();
  again_ = false;
  awaited_ = 1;
  self_.ask(
      log_, ListChanges{{position_, max_changes}, self_.now() + patience},
      [this](const ListChangesReply& reply) {
        if (reply) {
          take(*reply);
        } else if (reply.error().code == ErrorCode::changes_expired) {
          position_.reset();  // the followers find out by themselves
        }
        one_less();
      },
      [this](const caf::error&) { one_less(); });
}

void ChangeReader::take(const ChangesPage& page) {
  if (!position_) {
    tell({page.next, page.next});
  } else if (*position_ != page.next) {
    tell({*position_, page.next, std::make_shared<const std::vector<LoggedChange>>(page.changes)});
  }
  position_ = page.next;
  if (page.changes.size() == std::size_t{max_changes}) again_ = true;
}

// A follower that has ended has a successor, which begins anew.
void ChangeReader::tell(const ChangesRead& read) {
  for (const auto& follower : followers_) {
    ++awaited_;
    self_.ask(
        follower, read, [this](const ChangesTaken&) { one_less(); },
        [this](const caf::error&) { one_less(); });
  }
}

void ChangeReader::one_less() {
  --awaited_;
  if (awaited_ == 0 && again_) read();
}

}  // namespace rollcall::actors
