#include "db/postgres/session.hpp"

#include <poll.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "db/postgres/client/name_lookup.hpp"

namespace rollcall::db {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = PgError::Kind;
using Wants = PgConnection::Wants;

// Blocks until the socket is ready for one of `events`. False where `end` passes first; without
// `end` there is no limit.
bool wait_for(const PgConnection& connection, short events, std::optional<Clock::time_point> end) {
  pollfd waited{connection.socket(), events, 0};
  int limit = -1;
  if (end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end - Clock::now()).count();
    limit = static_cast<int>(std::max<std::int64_t>(left, 0));
  }
  // A signal ends the wait early, and libpq finds nothing new then.
  return ::poll(&waited, 1, limit) != 0;
}

PgError too_slow() { return {Kind::silent, "no answer in time"}; }

tl::expected<void, PgError> connect(PgConnection& connection, Clock::time_point end) {
  auto wants = Wants::to_write;
  while (wants != Wants::nothing) {
    const short events = wants == Wants::to_write ? POLLOUT : POLLIN;
    if (!wait_for(connection, events, end)) return tl::unexpected(too_slow());
    const auto went_on = connection.continue_connecting();
    if (!went_on) return tl::unexpected(went_on.error());
    wants = *went_on;
  }
  return {};
}

// Sends pending output, waits until the socket is ready, and reads what has arrived.
tl::expected<void, PgError> move_bytes(PgConnection& connection,
                                       std::optional<Clock::time_point> end) {
  const auto flushed = connection.flush();
  if (!flushed) return tl::unexpected(flushed.error());
  const auto events = static_cast<short>(*flushed ? POLLIN : POLLIN | POLLOUT);
  if (!wait_for(connection, events, end)) return tl::unexpected(too_slow());
  return connection.consume();
}

// Asks over a second connection who holds the locks that the server process of `asked_about` waits
// for: "process 1234 (psql)", or empty where that process works and waits for nobody. Nothing where
// the server does not answer in time, or where that process is not active.
std::optional<std::string> ask_about(const PgTarget& target, const PgHost& address,
                                     const PgSessionOptions& options,
                                     const PgConnection& asked_about) {
  const auto end = Clock::now() + options.connect_timeout;
  auto connection = PgConnection::start(target, {address}, options.application_name);
  if (!connection || !connect(*connection, end)) return std::nullopt;
  const std::string pid = std::to_string(asked_about.server_process());
  auto sent = connection->send_script(
      "SELECT string_agg(format('process %s (%s)', pid, application_name), ', ') FROM "
      "pg_stat_activity WHERE pid = ANY(pg_blocking_pids(" +
      pid + ")) HAVING EXISTS (SELECT FROM pg_stat_activity WHERE pid = " + pid +
      " AND state = 'active')");
  std::optional<std::string> holders;
  while (sent && !connection->is_idle()) {
    while (const auto result = connection->next()) {
      if (result->is_good() && result->rows() == 1) holders = result->text(0, 0);
    }
    if (!connection->is_idle()) sent = move_bytes(*connection, end);
  }
  return holders;
}

}  // namespace

void say_on_stderr(const std::string& line) { std::cerr << line << std::endl; }

tl::expected<PgSession, PgError> PgSession::open(const PgTarget& target, PgSessionOptions options) {
  std::optional<PgError> error;
  for (const PgHost& host : target.hosts()) {
    std::vector<PgHost> addresses{host};
    if (host.needs_resolving()) {
      const auto found = look_up(host.host);
      addresses.clear();
      if (!found) error = {Kind::unreachable, host.host + ": " + found.error()};
      for (const std::string& address : found.value_or(NameLookup::Addresses{})) {
        addresses.push_back({host.host, host.port, address});
      }
    }
    for (const PgHost& address : addresses) {
      auto session = open_at(target, address, options);
      if (session) return session;
      // A server that is there and refuses says more than one that is not.
      if (!error || session.error().refused() || !error->refused()) {
        error = std::move(session.error());
      }
    }
  }
  return tl::unexpected(*std::move(error));
}

tl::expected<PgSession, PgError> PgSession::open_at(const PgTarget& target, const PgHost& address,
                                                    const PgSessionOptions& options) {
  const auto end = Clock::now() + options.connect_timeout;
  auto connection = PgConnection::start(target, {address}, options.application_name);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  if (auto connected = connect(*connection, end); !connected) {
    return tl::unexpected(std::move(connected.error()));
  }
  auto patient = options.handshake;
  patient.patient = true;
  PgHandshake handshake(*connection, patient);
  bool told = false;
  if (auto begun = handshake.begin(); !begun) return tl::unexpected(std::move(begun.error()));
  while (true) {
    auto done = handshake.go_on();
    if (!done) return tl::unexpected(std::move(done.error()));
    if (*done) return PgSession(std::move(*connection), handshake.report());
    const auto limit = handshake.has_heard() ? Clock::now() + options.connect_timeout : end;
    auto moved = move_bytes(*connection, limit);
    if (moved) continue;
    if (moved.error().kind != Kind::silent) return tl::unexpected(std::move(moved.error()));
    // The server may be at work or waiting for a lock: ask it over a second connection.
    const auto state = handshake.has_heard() ? ask_about(target, address, options, *connection)
                                             : std::optional<std::string>{};
    if (!state) return tl::unexpected(std::move(moved.error()));
    if (!state->empty() && !std::exchange(told, true)) {
      options.on_wait("waiting for a lock in the database, held by " + *state);
    }
  }
}

tl::expected<std::vector<PgResult>, PgError> PgSession::finish_all() {
  if (auto sent = connection_.send_sync(); !sent) return tl::unexpected(std::move(sent.error()));
  std::vector<PgResult> results;
  std::optional<PgError> failed;
  while (true) {
    while (auto result = connection_.next()) {
      if (result->is_sync()) {
        if (failed) return tl::unexpected(std::move(*failed));
        return results;
      }
      if (!result->is_good() && !failed) failed = result->error("a statement");
      results.push_back(std::move(*result));
    }
    if (auto moved = move_bytes(connection_, std::nullopt); !moved) {
      return tl::unexpected(std::move(moved.error()));
    }
  }
}

tl::expected<PgResult, PgError> PgSession::finish(std::string_view name) {
  auto results = finish_all();
  if (!results) {
    results.error().detail.insert(0, std::string(name) + ": ");
    return tl::unexpected(std::move(results.error()));
  }
  return std::move(results->front());
}

}  // namespace rollcall::db
