// Reads users from PostgreSQL without blocking its loop: for lookups, that of its user lookup; for
// pages, the control loop.
//
// Owns     a few connections with their statements, and the reads that wait for one.
// Receives FindUsers, ListUsers, CountUsers, ListChanges, Probe; see ReadStoreHandle.
// Ends     by an exit message or a bug. Losing the database ends nothing: it connects again on its
//          own schedule. Reads in flight are sent once more, over another or a new connection. Once
//          an attempt to connect has failed on each, it answers storage_unavailable at once.
// Restart  by the supervisor `storage`.
// Lost     the reads in it; reading them again is harmless.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"
#include "actors/stores/postgres/link.hpp"
#include "actors/stores/postgres/outage.hpp"

namespace rollcall::actors {

struct PgReadStoreOptions {
  PgLinkOptions link;
  int connections = 2;
  int pipeline_depth = 32;  // statements under way on one connection
  /// Standbys that serve pages if they can be reached, but no lookups, since they lag behind.
  std::vector<db::PgTarget> replicas{};
};

class PgReadStore {
 public:
  using Handle = ReadStoreHandle;
  using Self = LoopActor<PgReadStore>;

  /// How often expired reads are answered while any waits for a connection.
  static constexpr std::chrono::milliseconds sweep_interval{25};

  PgReadStore(Self& self, const PgReadStoreOptions& options);
  Handle::behavior_type behavior();
  /// Sends what waits, and answers what has expired: called after each message, timer and event.
  void idle();

 private:
  /// A server, and the log of its outages; it may have several connections.
  struct Server {
    bool replica;
    PgOutage outage;
  };
  /// A statement, and the requester of its result.
  struct Question {
    Question() = default;
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;
    virtual ~Question() = default;
    virtual std::string_view statement() const = 0;
    virtual void send(PgLink& link) const = 0;
    virtual void answer(const db::PgResult& result) = 0;
    virtual void fail(const Error& error) = 0;
  };
  template <class Reply, const auto& declared, class Take, class... Params>
  class QuestionOf;
  struct Read {
    Deadline deadline;
    bool for_replicas = false;  // may be sent to a replica
    bool probe = false;
    bool repeated = false;
    std::uint64_t lost_at = 0;  // how many connections had been made when it was lost
    const Server* lost_on = nullptr;
    std::unique_ptr<Question> question{};
  };
  struct Connection {
    std::unique_ptr<PgLink> link{};
    std::deque<Read> in_flight{};  // in the order of their answers; each has a sync behind it
    bool answered = false;         // the first of in_flight; its sync is still to come
    bool unflushed = false;
    Server* server = nullptr;
    std::uint64_t number = 0;  // of the present connection among all that were made
  };

  Server& add_server(const db::PgTarget& target, bool replica);
  void add_connection(const PgReadStoreOptions& options, const db::PgTarget& target,
                      Server& server);
  // `take` makes the reply from a good result.
  template <class Reply, const auto& declared, class Take, class... Params>
  caf::result<Reply> ask(Read read, Take take, Params... params);
  // Logs the row; the error is for the client.
  Error invalid_row(const std::string& detail);
  tl::expected<std::vector<UserRef>, Error> users_of(const db::PgResult& result);
  caf::result<FindUsersReply> find(const FindUsers& request);
  caf::result<ListUsersReply> list(const ListUsers& request);
  caf::result<CountUsersReply> count(const CountUsers& request);
  caf::result<ListChangesReply> changes(const ListChanges& request);
  Connection* connection_for(const Read& read, Clock::TimePoint now);
  bool can_take(const Connection& connection, const Read& read, Clock::TimePoint now) const;
  void send_waiting();
  void take(Connection& connection, const db::PgResult& result);
  void lost(Connection& connection, const db::PgError& error);
  bool unservable(const Read& read) const;

  Self& self_;
  std::size_t pipeline_depth_;
  LimitedLog log_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Read> waiting_;
  std::uint64_t made_ = 0;  // connections
  Ticker sweeper_;
};

}  // namespace rollcall::actors
