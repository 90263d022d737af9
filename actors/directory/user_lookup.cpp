#include "actors/directory/user_lookup.hpp"

#include <algorithm>
#include <utility>

#include "domain/errors.hpp"

namespace rollcall::actors {

namespace {

Error storage_too_slow() {
  return {ErrorCode::storage_unavailable, "Lookups wait too long for the database."};
}

}  // namespace

UserLookup::UserLookup(Self& self, UserLookupOptions options, LookupStoreHandle store)
    : self_(self),
      options_(options),
      store_(std::move(store)),
      cache_(options.cache_entries),
      sweeper_(schedule_of(self), sweep_interval, [this] { sweep(); }) {}

UserLookup::Handle::behavior_type UserLookup::behavior() {
  return {
      [this](const FindUser& message) -> caf::result<FindUserReply> {
        auto promise = self_.promise<FindUserReply>();
        const bool may_use_cache = !message.fresh && has_lease();
        const auto* cached = may_use_cache ? cache_.find(message.id) : nullptr;
        if (cached != nullptr) {
          promise.deliver(FoundUser{cached->user, std::nullopt, true});
        } else {
          if (!may_use_cache) supersede_lookup_of(message.id);
          find(message, std::move(promise));
        }
        return deferred<FindUserReply>;
      },
      [this](const Invalidate& message) {
        invalidate(message);
        return Invalidated{};
      },
      [this](const RenewLease& message) {
        confirmed_at_ = message.confirmed_at;
        lease_until_ = message.until;
      },
      [this](const RevokeLease&) { lease_until_ = Clock::TimePoint::min(); },
  };
}

void UserLookup::find(const FindUser& message, ReplyPromise<FindUserReply> promise) {
  const auto now = self_.now();
  if (message.deadline <= now) {
    promise.deliver(tl::unexpected(deadline_exceeded()));
    return;
  }
  const auto half = (message.deadline - now) / 2;
  if (!joinable_.contains(message.id) && queue_takes(half, now)) {
    const auto old = message.fresh ? std::nullopt : stale(message.id);
    promise.deliver(old ? FindUserReply{*old} : tl::unexpected(storage_too_slow()));
    return;
  }
  join(message.id,
       {std::move(promise), message.deadline, message.fresh ? Deadline::max() : now + half}, now);
}

// Whether a lookup that is not sent yet has waited for longer than this, with many behind it.
// Lookups that join the queue then would expire in it, or take the time of those that would not.
bool UserLookup::queue_takes(Clock::Duration time, Clock::TimePoint now) const {
  return pending_.size() > options_.batch_max && now - pending_.front()->since > time;
}

void UserLookup::join(UserId id, Waiter waiter, Clock::TimePoint now) {
  auto& lookup = joinable_[id];
  if (!lookup) {
    lookup = std::make_shared<InFlightLookup>(InFlightLookup{id, now});
    pending_.push_back(lookup);
  }
  lookup->waiters.push_back(std::move(waiter));
  sweeper_.arm();
}

void UserLookup::invalidate(const Invalidate& message) {
  for (const auto id : message.ids) unknown_outcomes_.settle(id);
  for (const auto id : message.outcome_unknown) {
    unknown_outcomes_.add(id);
    cache_.erase(id);
    supersede_lookup_of(id);
  }
  if (message.everything) {
    cache_.clear();
    for (auto& [number, batch] : sent_) {
      for (auto& lookup : batch) supersede(*lookup);
    }
    return;
  }
  for (const auto id : message.ids) {
    cache_.erase(id);
    supersede_lookup_of(id);
  }
}

void UserLookup::supersede_lookup_of(UserId id) {
  if (const auto found = joinable_.find(id); found != joinable_.end() && found->second->sent) {
    // joinable_ drops it here; its batch keeps it alive.
    supersede(*found->second);
  }
}

bool UserLookup::has_lease() const { return !options_.shared || self_.now() < lease_until_; }

// The cached row, if it is not too old to be served stale.
std::optional<FoundUser> UserLookup::stale(UserId id) {
  const auto* cached = cache_.find(id);
  if (cached == nullptr || !options_.shared) return std::nullopt;
  const auto age = self_.now() - std::max(cached->cached_at, confirmed_at_);
  if (age >= options_.stale_if_error) return std::nullopt;
  return FoundUser{cached->user, std::chrono::floor<std::chrono::seconds>(age)};
}

void UserLookup::supersede(InFlightLookup& lookup) {
  if (lookup.superseded) return;
  lookup.superseded = true;
  joinable_.erase(lookup.id);
}

// The lookup is complete, or no request waits for it: none may join it any more.
void UserLookup::close(InFlightLookup& lookup) {
  if (!lookup.superseded) joinable_.erase(lookup.id);
}

// While a batch is in flight, a further one is sent only once it is as large as the last: each
// batch wakes the database, so a few large batches serve more requests than many small ones.
void UserLookup::send_batches(bool any_size) {
  const auto may_send = [&] {
    if (sent_.empty()) return true;
    if (sent_.size() >= options_.batches_in_flight) return false;
    return any_size || pending_.size() >= last_batch_size_;
  };
  while (!pending_.empty() && may_send()) {
    const auto now = self_.now();
    Batch batch;
    batch.reserve(std::min(pending_.size(), options_.batch_max));
    while (!pending_.empty() && batch.size() < options_.batch_max) {
      auto lookup = std::move(pending_.front());
      pending_.pop_front();
      if (drop_expired(*lookup, now)) {
        batch.push_back(std::move(lookup));
      } else {
        close(*lookup);
      }
    }
    if (!batch.empty()) send(std::move(batch));
  }
}

void UserLookup::send(Batch batch) {
  FindUsers message{{}, Deadline::min()};
  message.ids.reserve(batch.size());
  for (auto& lookup : batch) {
    lookup->sent = true;
    message.ids.push_back(lookup->id);
    for (const auto& waiter : lookup->waiters) {
      message.deadline = std::max(message.deadline, waiter.deadline);
    }
  }
  last_batch_size_ = batch.size();
  const auto number = next_batch_++;
  sent_.emplace(number, std::move(batch));
  self_.ask(
      store_, std::move(message),
      [this, number](FindUsersReply& reply) {
        auto completed = sent_.extract(number);
        complete(completed.mapped(), reply);
      },
      [this, number](const caf::error& failure) {
        auto completed = sent_.extract(number);
        if (failure == unavailable) {
          fail(completed.mapped(), storage_unavailable());
        } else {
          retry(completed.mapped());
        }
      });
}

void UserLookup::complete(Batch& batch, FindUsersReply& reply) {
  if (!reply) {
    fail(batch, reply.error());
    return;
  }
  const auto now = self_.now();
  // Matched by id: the store may return the rows in any order.
  auto& users = *reply;
  const auto by_id = [](const UserRef& a, const UserRef& b) { return a->id < b->id; };
  std::sort(users.begin(), users.end(), by_id);
  for (auto& lookup : batch) {
    const auto found =
        std::lower_bound(users.begin(), users.end(), lookup->id,
                         [](const UserRef& user, UserId id) { return user->id < id; });
    const bool exists = found != users.end() && (*found)->id == lookup->id;
    const bool known = !unknown_outcomes_.contains(lookup->id);
    if (exists && known && (!lookup->superseded || replaces_cached(**found))) {
      cache_.insert(*found, now);
    }
    if (!exists) cache_.erase(lookup->id);
    close(*lookup);
    for (auto& waiter : lookup->waiters) {
      waiter.promise.deliver(exists ? FindUserReply{{*found}} : tl::unexpected(user_not_found()));
    }
  }
}

// The result of a superseded lookup may be out of date; but once it has been served, nothing older
// may be served after it.
bool UserLookup::replaces_cached(const User& user) {
  const auto* cached = cache_.find(user.id);
  return cached != nullptr && cached->user->version <= user.version;
}

void UserLookup::fail(Batch& batch, const Error& error) {
  for (auto& lookup : batch) {
    close(*lookup);
    const auto old =
        error.code == ErrorCode::storage_unavailable ? stale(lookup->id) : std::nullopt;
    for (auto& waiter : lookup->waiters) {
      const bool takes_old = old && waiter.stale_at != Deadline::max();
      waiter.promise.deliver(takes_old ? FindUserReply{*old} : tl::unexpected(error));
    }
  }
}

// The store has crashed with this batch. A read may be repeated: each request is retried once.
void UserLookup::retry(Batch& batch) {
  auto again = std::make_shared<Batch>();
  for (auto& lookup : batch) {
    close(*lookup);
    auto rest = std::make_shared<InFlightLookup>(InFlightLookup{lookup->id, lookup->since});
    for (auto& waiter : lookup->waiters) {
      if (std::exchange(waiter.retried, true)) {
        waiter.promise.deliver(tl::unexpected(storage_unavailable()));
      } else {
        rest->waiters.push_back(std::move(waiter));
      }
    }
    if (!rest->waiters.empty()) again->push_back(std::move(rest));
  }
  if (again->empty()) return;
  retries_.after(self_, retry_delay, [this, again] {
    const auto now = self_.now();
    for (auto& lookup : *again) {
      for (auto& waiter : lookup->waiters) join(lookup->id, std::move(waiter), now);
    }
  });
}

// A store that does not answer must not let requests accumulate.
void UserLookup::sweep() {
  const auto now = self_.now();
  for (auto& [number, batch] : sent_) {
    for (auto& lookup : batch) drop_expired(*lookup, now);
  }
  std::erase_if(pending_, [&](InFlightLookupRef& lookup) {
    if (drop_expired(*lookup, now)) return false;
    close(*lookup);
    return true;
  });
  send_batches(true);  // also small ones: no request waits longer for a larger batch
  if (!sent_.empty() || !pending_.empty()) sweeper_.arm();
}

// Answers requests that have expired, or may be answered stale. Whether any request still waits.
bool UserLookup::drop_expired(InFlightLookup& lookup, Deadline now) {
  std::erase_if(lookup.waiters, [&](Waiter& waiter) {
    if (waiter.stale_at <= now) {
      if (auto old = stale(lookup.id)) {
        waiter.promise.deliver(std::move(*old));
        return true;
      }
    }
    if (waiter.deadline > now) return false;
    waiter.promise.deliver(tl::unexpected(deadline_exceeded()));
    return true;
  });
  return !lookup.waiters.empty();
}

}  // namespace rollcall::actors
