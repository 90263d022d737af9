#include "tests/simulator/postgres/server.hpp"

#include <unistd.h>

#include <algorithm>

#include "tests/simulator/postgres/session.hpp"

namespace rollcall::simulator {

Cluster::Cluster(Scheduler& scheduler, Truth& truth, const std::string& folder)
    : scheduler_(scheduler),
      truth_(truth),
      loop_(scheduler.add_loop("server", Scheduler::no_node)),
      acceptor_(loop_.io),
      server_(std::make_shared<Server>(1, Database(recorder(false)))) {
  const std::string path = folder + "/.s.PGSQL.5432";
  ::unlink(path.c_str());
  acceptor_.open();
  acceptor_.bind(asio::local::stream_protocol::endpoint(path));
  acceptor_.listen();
  accept();
}

Cluster::~Cluster() {
  auto sessions = std::move(sessions_);
  for (const auto& [number, session] : sessions) session->cut("the simulation ends");
}

Database::Committed Cluster::recorder(bool undone) {
  return [this, undone](std::int64_t id, const std::optional<Row>& row) {
    State state;
    if (row) state = Seen{row->version, row->name};
    truth_.users[id].push_back({scheduler_.stamp(), scheduler_.time.now(), state, undone});
    scheduler_.trace.note([&] {
      return "user " + std::to_string(id) + (undone ? " is again " : " is ") +
             (row ? "version " + std::to_string(row->version) + " '" + row->name + "'" : "absent");
    });
  };
}

void Cluster::add_users(int count) {
  Transaction all;
  for (int i = 0; i < count; ++i) {
    Row row;
    row.id = server_->database.next_id();
    row.name = "initial";
    row.version = 1;
    all.change(row.id, row);
  }
  server_->database.commit(all);
}

void Cluster::accept() {
  acceptor_.async_accept([this](auto error, Session::Socket socket) {
    if (error) return;
    const auto number = next_session_++;
    auto session = std::make_shared<Session>(*this, number, server_, std::move(socket));
    sessions_[number] = session;
    if (refuses_until_ > scheduler_.time.now()) {
      session->refuse("57P03", "the database system is starting up");
    } else {
      session->start();
    }
    accept();
  });
}

void Cluster::remove(Session& session) { sessions_.erase(session.number()); }

bool Cluster::end_idle(std::uint64_t transaction, const Server& server) {
  for (const auto& [number, session] : sessions_) {
    if (session->server().get() != &server || session->idle_transaction() != transaction) continue;
    const auto ended = session;
    ended->cut("another session ends it");
    return true;
  }
  return false;
}

void Cluster::committed(const ServerRef& server, const Transaction& transaction) {
  for (const auto& [number, session] : sessions_) {
    if (session->server() == server) session->receive(transaction.notifications);
  }
}

void Cluster::locks_released() {
  const bool any = std::any_of(sessions_.begin(), sessions_.end(),
                               [](const auto& each) { return each.second->waits(); });
  if (!any) return;
  scheduler_.time.after(Duration::zero(), [this] {
    const auto sessions = sessions_;  // a retry may end a session
    for (const auto& [number, session] : sessions) session->try_again();
  });
}

void Cluster::cut_sessions_of(const Server& server, double percent) {
  const auto sessions = sessions_;
  for (const auto& [number, session] : sessions) {
    if (session->server().get() == &server && scheduler_.random.chance(percent)) {
      session->cut("the server ends it");
    }
  }
}

void Cluster::cut_some(double percent) { cut_sessions_of(*server_, percent); }

void Cluster::restart(Duration away) {
  scheduler_.trace.note([] { return std::string("FAULT the server restarts"); });
  // Commits that were under way are lost.
  const auto old = server_;
  server_ = std::make_shared<Server>(*old);
  server_->started = scheduler_.time.now();
  old->dead = true;
  refuses_until_ = scheduler_.time.now() + away;
  cut_sessions_of(*old, 100);
  server_->database.release_all();
}

void Cluster::fall_silent(Duration how_long) {
  scheduler_.trace.note([] { return std::string("FAULT the server falls silent"); });
  silent_until_ = scheduler_.time.now() + how_long;
  for (const auto& [number, session] : sessions_) session->freeze(silent_until_);
}

void Cluster::fail_over(std::size_t lost_commits) {
  scheduler_.trace.note([&] {
    return "FAULT failover to a server that lacks " + std::to_string(lost_commits) + " commits";
  });
  const auto old = server_;
  old->dead = true;
  truth_.successions.push_back({scheduler_.stamp(), scheduler_.time.now(), true, {}});
  server_ = std::make_shared<Server>(
      ++servers_, old->database.successor(lost_commits, recorder(false), recorder(true)));
  server_->system_identifier = old->system_identifier;
  server_->timeline = old->timeline + 1;
  server_->started = scheduler_.time.now();
  cut_sessions_of(*old, 100);
}

void Cluster::move(double cut_percent, Duration grace) {
  scheduler_.trace.note([] { return std::string("FAULT the name moves to another server"); });
  const auto old = server_;
  old->read_only = true;
  truth_.successions.push_back({scheduler_.stamp(), scheduler_.time.now(), false, {}});
  server_ = std::make_shared<Server>(++servers_,
                                     old->database.successor(0, recorder(false), recorder(true)));
  server_->system_identifier = old->system_identifier + static_cast<std::int64_t>(servers_);
  server_->started = scheduler_.time.now();
  for (const auto& [number, session] : std::map(sessions_)) {
    if (session->server() == old) session->abort();
  }
  cut_sessions_of(*old, cut_percent);
  scheduler_.time.after(grace, [this, old] { cut_sessions_of(*old, 100); });
}

void Cluster::heal() { rates = {}; }

}  // namespace rollcall::simulator
