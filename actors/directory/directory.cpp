#include "actors/directory/directory.hpp"

#include <algorithm>
#include <utility>

#include "actors/directory/failures.hpp"

namespace rollcall::actors {

Directory::Directory(Self& self, DirectoryOptions options, LookupStoreHandle store,
                     PageStoreHandle pages)
    : self_(self),
      options_(options),
      store_(std::move(store)),
      pages_(std::move(pages)),
      cache_(options.cache_entries) {}

Directory::Handle::behavior_type Directory::behavior() {
  return {
      [this](const FindUser& message) -> caf::result<FindUserReply> {
        if (!message.fresh && trusts_cache()) {
          if (const auto* kept = cache_.find(message.id)) {
            if (!kept->rendering) kept->rendering = std::make_shared<std::string>();
            return FindUserReply{{kept->user, std::nullopt, kept->rendering}};
          }
        }
        find(message, self_.promise<FindUserReply>());
        return later<FindUserReply>;
      },
      [this](const ListUsers& message) -> caf::result<ListUsersReply> {
        list(message, self_.promise<ListUsersReply>(), false);
        return later<ListUsersReply>;
      },
      [this](const Forget& message) {
        forget(message);
        return Forgotten{};
      },
      [this](const Vouch& message) {
        proved_at_ = message.proved_at;
        trusted_until_ = message.until;
      },
      [this](const Distrust&) { trusted_until_ = Deadline::min(); },
  };
}

void Directory::find(const FindUser& message, Answer<FindUserReply> answer) {
  const auto now = self_.now();
  if (message.deadline <= now) {
    answer.deliver(tl::unexpected(deadline_exceeded()));
    return;
  }
  if (message.fresh || !trusts_cache()) seal_flight_of(message.id);
  const auto half_time = now + (message.deadline - now) / 2;
  join(message.id,
       {std::move(answer), message.deadline, message.fresh ? Deadline::max() : half_time});
}

void Directory::join(UserId id, Waiter waiter) {
  auto& flight = joinable_[id];
  if (!flight) {
    flight = std::make_shared<Flight>(Flight{id});
    pending_.push_back(flight);
  }
  flight->waiters.push_back(std::move(waiter));
  arm_sweep();
}

void Directory::forget(const Forget& message) {
  for (const auto id : message.ids) doubtful_.settle(id);
  for (const auto id : message.doubtful) {
    doubtful_.add(id);
    cache_.drop(id);
    seal_flight_of(id);
  }
  if (message.everything) {
    cache_.clear();
    for (auto& [number, batch] : sent_) {
      for (auto& flight : batch) seal(*flight);
    }
    return;
  }
  for (const auto id : message.ids) {
    cache_.drop(id);
    seal_flight_of(id);
  }
}

void Directory::seal_flight_of(UserId id) {
  if (const auto found = joinable_.find(id); found != joinable_.end() && found->second->sent) {
    // Kept alive by its batch.
    seal(*found->second);
  }
}

bool Directory::trusts_cache() const { return !options_.shared || self_.now() < trusted_until_; }

// What is kept of a user, if it is not too old to be given away for want of better.
std::optional<FoundUser> Directory::stale(UserId id) {
  const auto* kept = cache_.find(id);
  if (kept == nullptr || !options_.shared) return std::nullopt;
  const auto age = self_.now() - std::max(kept->kept_at, proved_at_);
  if (age >= options_.stale_if_error) return std::nullopt;
  return FoundUser{kept->user, std::chrono::floor<std::chrono::seconds>(age)};
}

void Directory::seal(Flight& flight) {
  if (flight.sealed) return;
  flight.sealed = true;
  joinable_.erase(flight.id);
}

// The flight is over, or nobody waits for it: it can no longer be joined.
void Directory::close(Flight& flight) {
  if (!flight.sealed) joinable_.erase(flight.id);
}

// A further batch goes beside one that is under way once it is as large: the database is woken for
// each, so few large ones serve more than many small ones.
void Directory::send_batches(bool any_size) {
  const auto may_send = [&] {
    if (sent_.empty()) return true;
    if (sent_.size() >= options_.batches_in_flight) return false;
    return any_size || pending_.size() >= last_batch_size_;
  };
  while (!pending_.empty() && may_send()) {
    const auto now = self_.now();
    Batch batch;
    while (!pending_.empty() && batch.size() < options_.batch_max) {
      auto flight = std::move(pending_.front());
      pending_.pop_front();
      if (drop_expired(*flight, now)) {
        batch.push_back(std::move(flight));
      } else {
        close(*flight);
      }
    }
    if (!batch.empty()) send(std::move(batch));
  }
}

void Directory::send(Batch batch) {
  FindUsers message{{}, Deadline::min()};
  message.ids.reserve(batch.size());
  for (auto& flight : batch) {
    flight->sent = true;
    message.ids.push_back(flight->id);
    for (const auto& waiter : flight->waiters) {
      message.deadline = std::max(message.deadline, waiter.deadline);
    }
  }
  last_batch_size_ = batch.size();
  const auto number = next_batch_++;
  sent_.emplace(number, std::move(batch));
  self_.ask(
      store_, std::move(message),
      [this, number](FindUsersReply& reply) {
        auto landed = sent_.extract(number);
        land(landed.mapped(), reply);
      },
      [this, number](const caf::error& failure) {
        auto landed = sent_.extract(number);
        if (failure == unavailable) {
          fail(landed.mapped(), storage_unavailable());
        } else {
          retry(landed.mapped());
        }
      });
}

void Directory::land(Batch& batch, FindUsersReply& reply) {
  if (!reply) {
    fail(batch, reply.error());
    return;
  }
  // Matched by id: the store may bring the rows in any order.
  auto& users = *reply;
  const auto by_id = [](const UserRef& a, const UserRef& b) { return a->id < b->id; };
  std::sort(users.begin(), users.end(), by_id);
  for (auto& flight : batch) {
    const auto found =
        std::lower_bound(users.begin(), users.end(), flight->id,
                         [](const UserRef& user, UserId id) { return user->id < id; });
    const bool exists = found != users.end() && (*found)->id == flight->id;
    const bool known = !doubtful_.contains(flight->id);
    if (exists && known && (!flight->sealed || replaces_kept(**found))) {
      cache_.keep(*found, self_.now());
    }
    if (!exists) cache_.drop(flight->id);
    close(*flight);
    for (auto& waiter : flight->waiters) {
      waiter.answer.deliver(
          exists ? FindUserReply{{*found}}
                 : tl::unexpected(Error{ErrorCode::user_not_found, "There is no such user."}));
    }
  }
}

// What a sealed flight brings may be out of date; but where it is given as an answer, nothing older
// may be one afterwards.
bool Directory::replaces_kept(const User& user) {
  const auto* kept = cache_.find(user.id);
  return kept != nullptr && kept->user->version <= user.version;
}

void Directory::fail(Batch& batch, const Error& error) {
  for (auto& flight : batch) {
    close(*flight);
    const auto old =
        error.code == ErrorCode::storage_unavailable ? stale(flight->id) : std::nullopt;
    for (auto& waiter : flight->waiters) {
      const bool takes_old = old && waiter.stale_at != Deadline::max();
      waiter.answer.deliver(takes_old ? FindUserReply{*old} : tl::unexpected(error));
    }
  }
}

// The store has crashed with these. A read may be repeated; once is enough.
void Directory::retry(Batch& batch) {
  auto again = std::make_shared<Batch>();
  for (auto& flight : batch) {
    close(*flight);
    auto rest = std::make_shared<Flight>(Flight{flight->id});
    for (auto& waiter : flight->waiters) {
      if (std::exchange(waiter.retried, true)) {
        waiter.answer.deliver(tl::unexpected(storage_unavailable()));
      } else {
        rest->waiters.push_back(std::move(waiter));
      }
    }
    if (!rest->waiters.empty()) again->push_back(std::move(rest));
  }
  if (again->empty()) return;
  retries_.after(self_, retry_delay, [this, again] {
    for (auto& flight : *again) {
      for (auto& waiter : flight->waiters) join(flight->id, std::move(waiter));
    }
  });
}

void Directory::list(const ListUsers& message, Answer<ListUsersReply> answer, bool retried) {
  auto owed = std::make_shared<Answer<ListUsersReply>>(std::move(answer));
  self_.ask(
      pages_, message, [owed](ListUsersReply& reply) { owed->deliver(std::move(reply)); },
      [this, owed, message, retried](const caf::error& failure) {
        if (failure == unavailable || retried) {
          owed->deliver(tl::unexpected(storage_unavailable()));
          return;
        }
        retries_.after(self_, retry_delay,
                       [this, owed, message] { list(message, std::move(*owed), true); });
      });
}

void Directory::arm_sweep() {
  if (std::exchange(sweeping_, true)) return;
  sweep_ = self_.after(sweep_interval, [this] {
    sweeping_ = false;
    sweep();
  });
}

// A store that does not answer must not make the waiters pile up.
void Directory::sweep() {
  const auto now = self_.now();
  for (auto& [number, batch] : sent_) {
    for (auto& flight : batch) drop_expired(*flight, now);
  }
  std::erase_if(pending_, [&](FlightRef& flight) {
    if (drop_expired(*flight, now)) return false;
    close(*flight);
    return true;
  });
  send_batches(true);  // nobody waits long for company
  if (!sent_.empty() || !pending_.empty()) arm_sweep();
}

// Whether anyone is left who waits for it.
bool Directory::drop_expired(Flight& flight, Deadline now) {
  std::erase_if(flight.waiters, [&](Waiter& waiter) {
    if (waiter.stale_at <= now) {
      if (auto old = stale(flight.id)) {
        waiter.answer.deliver(std::move(*old));
        return true;
      }
    }
    if (waiter.deadline > now) return false;
    waiter.answer.deliver(tl::unexpected(deadline_exceeded()));
    return true;
  });
  return !flight.waiters.empty();
}

}  // namespace rollcall::actors
