#include "actors/stores/postgres/read_store.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/stores/postgres/warnings.hpp"
#include "db/postgres/statements.hpp"
#include "domain/errors.hpp"

namespace rollcall::actors {

PgReadStore::PgReadStore(Self& self, const PgReadStoreOptions& options)
    : self_(self),
      pipeline_depth_(static_cast<std::size_t>(options.pipeline_depth)),
      log_(schedule_of(self)),
      sweeper_(schedule_of(self), sweep_interval, [] { /* idle() follows, and looks */ }) {
  const auto& target = options.link.target;
  Server& primary = add_server(target, false);
  for (int i = 0; i < options.connections; ++i) add_connection(options, target, primary);
  for (const auto& replica : options.replicas)
    add_connection(options, replica, add_server(replica, true));
  for (auto& connection : connections_) connection->link->start();
}

PgReadStore::Server& PgReadStore::add_server(const db::PgTarget& target, bool replica) {
  const std::string where = (replica ? "the replica " : "") + target.shown();
  servers_.push_back(
      std::make_unique<Server>(Server{replica, PgOutage(log_, self_.actor_name(), where)}));
  return *servers_.back();
}

void PgReadStore::add_connection(const PgReadStoreOptions& options, const db::PgTarget& target,
                                 Server& server) {
  connections_.push_back(std::make_unique<Connection>());
  Connection& connection = *connections_.back();
  connection.server = &server;
  auto link = options.link;
  link.target = target;
  link.handshake.statements = db::sql::postgres::for_reading;
  link.handshake.standby = server.replica;
  PgLink::Events events;
  events.ready = [this, &connection] {
    connection.number = ++made_;
    connection.server->outage.ready();
  };
  events.result = [this, &connection](const db::PgResult& result) { take(connection, result); };
  events.lost = [this, &connection](const db::PgError& error) { lost(connection, error); };
  connection.link = std::make_unique<PgLink>(owner_of(self_), std::move(link), std::move(events));
}

// The least busy connection that may take it; null if none has room.
PgReadStore::Connection* PgReadStore::connection_for(const Read& read, Clock::TimePoint now) {
  Connection* best = nullptr;
  const auto better = [&](const Connection& connection) {
    if (best == nullptr) return true;
    // Pages prefer a replica. A probe prefers the primary: a replica may have fallen silent.
    if (connection.server->replica != best->server->replica)
      return connection.server->replica != read.probe;
    return connection.in_flight.size() < best->in_flight.size();
  };
  for (auto& connection : connections_) {
    if (can_take(*connection, read, now) && better(*connection)) best = connection.get();
  }
  return best;
}

// A read that was lost with a connection is not sent over another old one to the same server while
// a new one is being made: all old ones may be ending, as when a server stops.
bool PgReadStore::can_take(const Connection& connection, const Read& read,
                           Clock::TimePoint now) const {
  if (!connection.link->ready() || connection.in_flight.size() >= pipeline_depth_) return false;
  // One that is answered too late delays what is behind it.
  if (!connection.in_flight.empty() && now >= connection.in_flight.front().deadline) return false;
  if (connection.server->replica && !read.for_replicas) return false;
  if (!read.repeated || read.lost_on != connection.server || connection.number > read.lost_at)
    return true;
  return std::all_of(connections_.begin(), connections_.end(), [&](const auto& each) {
    return each->server != connection.server || each->link->ready() || each->link->down();
  });
}

void PgReadStore::send_waiting() {
  const auto now = self_.now();
  for (auto read = waiting_.begin(); read != waiting_.end();) {
    Connection* connection = nullptr;
    if (now >= read->deadline) {
      read->question->fail(deadline_exceeded());
    } else if (unservable(*read)) {
      read->question->fail(read->probe ? connections_.front()->link->not_serving()
                                       : storage_unavailable());
    } else if ((connection = connection_for(*read, now)) != nullptr) {
      if (connection->unflushed) connection->link->gather();
      read->question->send(*connection->link);
      connection->link->send_sync();
      connection->unflushed = true;
      connection->in_flight.push_back(std::move(*read));
    } else {
      ++read;
      continue;
    }
    read = waiting_.erase(read);
  }
  if (!waiting_.empty()) sweeper_.arm();  // no read waits past its deadline
}

// What was asked in one turn is sent together.
void PgReadStore::idle() {
  send_waiting();
  for (auto& connection : connections_) {
    if (std::exchange(connection->unflushed, false)) connection->link->flush();
  }
}

// Each statement is a pipeline segment of its own: its result, then a sync.
void PgReadStore::take(Connection& connection, const db::PgResult& result) {
  log_warnings(log_, self_.actor_name(), result);
  if (result.is_sync()) {
    connection.in_flight.pop_front();
    connection.answered = false;
    connection.link->worked();
    return;
  }
  if (!result.is_good()) {
    const auto error = result.error(
        "statement " + std::string(connection.in_flight.front().question->statement()));
    if (error.connection_lost()) return connection.link->drop(error);
    if (error.schema_mismatch()) return connection.link->check_again(error);
  }
  connection.answered = true;
  connection.in_flight.front().question->answer(result);
}

void PgReadStore::lost(Connection& connection, const db::PgError& error) {
  spdlog::debug("{}: a connection is lost or was not made: {}", self_.actor_name(),
                error.explained());
  if (connection.answered) connection.in_flight.pop_front();
  connection.answered = false;
  // Puts the lost reads back at the front, in their order; each only once.
  while (!connection.in_flight.empty()) {
    Read& read = connection.in_flight.back();
    if (std::exchange(read.repeated, true)) {
      read.question->fail(storage_unavailable());
    } else {
      read.lost_at = made_;
      read.lost_on = connection.server;
      waiting_.push_front(std::move(read));
    }
    connection.in_flight.pop_back();
  }
  const bool any_ready = std::any_of(
      connections_.begin(), connections_.end(),
      [&](const auto& each) { return each->server == connection.server && each->link->ready(); });
  if (!any_ready) connection.server->outage.lost(error);
}

// Whether the last attempt to connect has failed for every connection that could take this read.
bool PgReadStore::unservable(const Read& read) const {
  return std::all_of(connections_.begin(), connections_.end(), [&](const auto& connection) {
    return (connection->server->replica && !read.for_replicas) || connection->link->down();
  });
}

}  // namespace rollcall::actors
