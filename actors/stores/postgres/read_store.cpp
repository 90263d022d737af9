#include "actors/stores/postgres/read_store.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/directory/failures.hpp"
#include "actors/stores/postgres/warnings.hpp"
#include "db/postgres/statements.hpp"
#include "db/user_row.hpp"

namespace rollcall::actors {

namespace {

namespace pg = db::sql::postgres;

// As http/ parses them; the store trusts nobody with an unbounded statement.
constexpr int max_page = 500;
constexpr std::size_t max_batch = 1'000;
constexpr std::chrono::milliseconds sweep_interval{25};

Error too_many() { return {ErrorCode::internal, "More was asked of the store than it gives."}; }

// The users of a result; or the fault of the first row that can't be one.
tl::expected<std::vector<UserRef>, std::string> users_in(const db::PgResult& result) {
  std::vector<UserRef> users;
  const int rows = result.rows();
  users.reserve(static_cast<std::size_t>(rows));
  for (int i = 0; i < rows; ++i) {
    auto user = db::user_of(result.row<db::UserRow>(i));
    if (!user) return tl::unexpected(std::move(user.error()));
    users.push_back(std::make_shared<const User>(std::move(*user)));
  }
  return users;
}

Error invalid_row(LimitedLog& log, const std::string& name, const std::string& detail) {
  log.error("invalid row", name + ": " + detail);
  return db::client_error({db::PgFault::Kind::row, detail});
}

}  // namespace

PgReadStore::PgReadStore(Self& self, const PgReadStoreOptions& options)
    : self_(self), log_(schedule_of(self)) {
  Place& primary = add_place(options.link.target, false);
  for (int i = 0; i < options.connections; ++i) add_lane(options, options.link.target, primary);
  for (const auto& replica : options.replicas) add_lane(options, replica, add_place(replica, true));
  for (auto& lane : lanes_) lane->link->start();
}

PgReadStore::Place& PgReadStore::add_place(const db::PgTarget& target, bool replica) {
  const std::string where = (replica ? "the replica " : "") + target.shown();
  places_.push_back(
      std::make_unique<Place>(Place{replica, PgOutage(log_, self_.actor_name(), where)}));
  return *places_.back();
}

void PgReadStore::add_lane(const PgReadStoreOptions& options, const db::PgTarget& target,
                           Place& place) {
  lanes_.push_back(std::make_unique<Lane>());
  Lane& lane = *lanes_.back();
  lane.to = &place;
  auto link = options.link;
  link.target = target;
  link.handshake.statements = pg::for_reading;
  link.handshake.standby = place.replica;
  PgLink::Events events;
  events.ready = [this, &lane] {
    lane.number = ++made_;
    lane.to->outage.over();
    send_waiting();
  };
  events.result = [this, &lane](const db::PgResult& result) { take(lane, result); };
  events.lost = [this, &lane](const db::PgFault& fault) { lost(lane, fault); };
  lane.link = std::make_unique<PgLink>(host_of(self_), std::move(link), std::move(events));
}

PgReadStore::Handle::behavior_type PgReadStore::behavior() {
  return {
      [this](const FindUsers& request) -> caf::result<FindUsersReply> {
        if (request.ids.size() > max_batch) return FindUsersReply(tl::unexpected(too_many()));
        std::vector<std::int64_t> ids;
        ids.reserve(request.ids.size());
        for (const UserId id : request.ids) ids.push_back(id.value());
        return ask<FindUsersReply, pg::find_users>(
            Read{request.deadline},
            [this](const db::PgResult& result) -> FindUsersReply {
              auto users = users_in(result);
              if (users) return std::move(*users);
              return tl::unexpected(invalid_row(log_, self_.actor_name(), users.error()));
            },
            std::move(ids));
      },
      [this](const ListUsers& request) -> caf::result<ListUsersReply> {
        if (request.limit < 1 || request.limit > max_page) {
          return ListUsersReply(tl::unexpected(too_many()));
        }
        const std::int64_t after = request.after ? request.after->value() : 0;
        Read read{request.deadline};
        read.for_replicas = true;
        return ask<ListUsersReply, db::sql::page_of_users>(
            std::move(read),
            [this, limit = request.limit](const db::PgResult& result) -> ListUsersReply {
              auto users = users_in(result);
              if (!users)
                return tl::unexpected(invalid_row(log_, self_.actor_name(), users.error()));
              const auto wanted = static_cast<std::size_t>(limit);
              const bool more = users->size() > wanted;
              if (more) users->pop_back();
              return UserPage{std::move(*users), more};
            },
            after, std::int64_t{request.limit + 1});
      },
      [this](const Probe& request) -> caf::result<ProbeReply> {
        Read read{request.deadline};
        read.probe = read.for_replicas = true;
        return ask<ProbeReply, db::sql::probe>(
            std::move(read), [](const db::PgResult&) -> ProbeReply { return Serving{}; });
      },
  };
}

template <class Reply, const auto& declared, class Take, class... Params>
caf::result<Reply> PgReadStore::ask(Read read, Take take, Params... params) {
  auto owed = std::make_shared<Answer<Reply>>(self_.promise<Reply>());
  read.statement = declared.name;
  read.send = [params...](PgLink& link) { link.send<declared>(params...); };
  read.answer = [this, owed, take](const db::PgResult& result) {
    if (result.is_good()) return owed->deliver(take(result));
    const auto fault = result.fault("statement " + std::string(declared.name));
    log_.error(std::string(declared.name) + fault.sqlstate,
               std::string(self_.actor_name()) + ": " + fault.explained());
    owed->deliver(tl::unexpected(db::client_error(fault)));
  };
  read.fail = [owed](const Error& error) { owed->deliver(tl::unexpected(error)); };
  waiting_.push_back(std::move(read));
  send_waiting();
  return later<Reply>;
}

// The least busy lane that may take it; null where none has room.
PgReadStore::Lane* PgReadStore::lane_for(const Read& read) {
  Lane* best = nullptr;
  const auto better = [&](const Lane& lane) {
    if (best == nullptr) return true;
    // Pages spare the primary. A probe does not wait for a replica that has fallen silent.
    if (lane.to->replica != best->to->replica) return lane.to->replica != read.probe;
    return lane.in_flight.size() < best->in_flight.size();
  };
  for (auto& lane : lanes_) {
    if (suits(*lane, read) && better(*lane)) best = lane.get();
  }
  return best;
}

// What was lost once is better not sent over another connection to the same server that may be
// about to go as well, as all do when a server ends them; unless no other is being made.
bool PgReadStore::suits(const Lane& lane, const Read& read) const {
  if (!lane.link->ready() || lane.in_flight.size() >= most_in_flight) return false;
  if (lane.to->replica && !read.for_replicas) return false;
  if (!read.repeated || read.lost_on != lane.to || lane.number > read.lost_at) return true;
  return std::all_of(lanes_.begin(), lanes_.end(), [&](const auto& each) {
    return each->to != lane.to || each->link->ready() || each->link->down();
  });
}

void PgReadStore::send_waiting() {
  for (auto read = waiting_.begin(); read != waiting_.end();) {
    Lane* lane = nullptr;
    if (self_.now() >= read->deadline) {
      read->fail(deadline_exceeded());
    } else if (hopeless(*read)) {
      read->fail(read->probe ? lanes_.front()->link->not_serving() : storage_unavailable());
    } else if ((lane = lane_for(*read)) != nullptr) {
      read->send(*lane->link);
      lane->link->send_sync();
      lane->link->flush();
      lane->in_flight.push_back(std::move(*read));
    } else {
      ++read;
      continue;
    }
    read = waiting_.erase(read);
  }
  if (!waiting_.empty()) arm_sweep();
}

// Each statement is a segment of its own: its result, then a sync.
void PgReadStore::take(Lane& lane, const db::PgResult& result) {
  log_warnings(log_, self_.actor_name(), result);
  if (result.is_sync()) {
    lane.in_flight.pop_front();
    lane.answered = false;
    lane.link->worked();
    send_waiting();
    return;
  }
  if (!result.is_good()) {
    const auto fault = result.fault("statement " + std::string(lane.in_flight.front().statement));
    if (fault.connection_lost()) return lane.link->drop(fault);
    if (fault.misfit()) return lane.link->check_again(fault);
  }
  lane.answered = true;
  lane.in_flight.front().answer(result);
}

void PgReadStore::lost(Lane& lane, const db::PgFault& fault) {
  spdlog::debug("{}: a connection is lost or was not made: {}", self_.actor_name(),
                fault.explained());
  if (lane.answered) lane.in_flight.pop_front();
  lane.answered = false;
  // First in, first again; but only once.
  while (!lane.in_flight.empty()) {
    Read& read = lane.in_flight.back();
    if (std::exchange(read.repeated, true)) {
      read.fail(storage_unavailable());
    } else {
      read.lost_at = made_;
      read.lost_on = lane.to;
      waiting_.push_front(std::move(read));
    }
    lane.in_flight.pop_back();
  }
  const bool any_ready = std::any_of(lanes_.begin(), lanes_.end(), [&](const auto& each) {
    return each->to == lane.to && each->link->ready();
  });
  if (!any_ready) lane.to->outage.go_on(fault);
  send_waiting();
}

// Nobody who might read this is connected, and the last attempts to connect have failed.
bool PgReadStore::hopeless(const Read& read) const {
  return std::all_of(lanes_.begin(), lanes_.end(), [&](const auto& lane) {
    return (lane->to->replica && !read.for_replicas) || lane->link->down();
  });
}

// What waits for a connection must not wait past its deadline.
void PgReadStore::arm_sweep() {
  if (std::exchange(sweeping_, true)) return;
  sweep_ = self_.after(sweep_interval, [this] {
    sweeping_ = false;
    send_waiting();
  });
}

}  // namespace rollcall::actors
