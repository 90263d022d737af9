#include "actors/directory.hpp"

#include <algorithm>
#include <utility>

#include "actors/failures.hpp"

namespace rollcall::actors {

Directory::Directory(Self& self, DirectoryOptions options, ReadStoreHandle store)
    : self_(self), options_(options), store_(std::move(store)), cache_(options.cache_entries) {}

Directory::Handle::behavior_type Directory::behavior() {
  return {
      [this](const FindUser& message) -> caf::result<FindUserReply> {
        if (!message.fresh) {
          if (auto user = cache_.find(message.id)) return FindUserReply{std::move(user)};
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
  };
}

void Directory::find(const FindUser& message, Answer<FindUserReply> answer) {
  if (message.deadline <= self_.now()) {
    answer.deliver(tl::unexpected(deadline_exceeded()));
    return;
  }
  if (message.fresh) forget({{message.id}});
  join(message.id, {std::move(answer), message.deadline, false});
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
  if (message.everything) {
    cache_.clear();
    for (auto& [number, batch] : sent_) {
      for (auto& flight : batch) seal(*flight);
    }
    return;
  }
  for (const auto id : message.ids) {
    cache_.drop(id);
    if (const auto found = joinable_.find(id); found != joinable_.end() && found->second->sent) {
      // Kept alive by its batch.
      seal(*found->second);
    }
  }
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

void Directory::send_batches() {
  while (!pending_.empty() && sent_.size() < options_.batches_in_flight) {
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
  const auto number = next_batch_++;
  sent_.emplace(number, std::move(batch));
  self_.request(store_, caf::infinite, std::move(message))
      .then(
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
    if (exists && !flight->sealed) cache_.keep(*found);
    close(*flight);
    for (auto& waiter : flight->waiters) {
      waiter.answer.deliver(
          exists ? FindUserReply{*found}
                 : tl::unexpected(Error{ErrorCode::user_not_found, "There is no such user."}));
    }
  }
}

void Directory::fail(Batch& batch, const Error& error) {
  for (auto& flight : batch) {
    close(*flight);
    for (auto& waiter : flight->waiters) waiter.answer.deliver(tl::unexpected(error));
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
  self_.request(store_, caf::infinite, message)
      .then([owed](ListUsersReply& reply) { owed->deliver(std::move(reply)); },
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
  if (!sent_.empty() || !pending_.empty()) arm_sweep();
}

// Whether anyone is left who waits for it.
bool Directory::drop_expired(Flight& flight, Deadline now) {
  std::erase_if(flight.waiters, [&](Waiter& waiter) {
    if (waiter.deadline > now) return false;
    waiter.answer.deliver(tl::unexpected(deadline_exceeded()));
    return true;
  });
  return !flight.waiters.empty();
}

}  // namespace rollcall::actors
