#include "db/pg_session.hpp"

#include <poll.h>

#include <algorithm>

namespace rollcall::db {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = PgFault::Kind;
using Wants = PgConnection::Wants;

// Blocks until the socket can do it; false where the time is up first. No end: for ever.
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

PgFault too_slow() { return {Kind::silent, "no answer in time"}; }

tl::expected<void, PgFault> connect(PgConnection& connection, Clock::time_point end) {
  auto wants = Wants::to_write;
  while (wants != Wants::nothing) {
    const short events = wants == Wants::to_write ? POLLOUT : POLLIN;
    if (!wait_for(connection, events, end)) return tl::unexpected(too_slow());
    const auto went_on = connection.go_on_connecting();
    if (!went_on) return tl::unexpected(went_on.error());
    wants = *went_on;
  }
  return {};
}

// Sends what is left to send and reads what is there to read, waiting until there is some.
tl::expected<void, PgFault> move_bytes(PgConnection& connection,
                                       std::optional<Clock::time_point> end) {
  const auto flushed = connection.flush();
  if (!flushed) return tl::unexpected(flushed.error());
  const auto events = static_cast<short>(*flushed ? POLLIN : POLLIN | POLLOUT);
  if (!wait_for(connection, events, end)) return tl::unexpected(too_slow());
  return connection.consume();
}

}  // namespace

tl::expected<PgSession, PgFault> PgSession::open(const PgTarget& target, PgSessionOptions options) {
  const auto end = Clock::now() + options.connect_timeout;
  auto connection = PgConnection::start(target, target.hosts(), options.application_name);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  if (auto connected = connect(*connection, end); !connected) {
    return tl::unexpected(std::move(connected.error()));
  }
  PgHandshake handshake(*connection, options.handshake);
  if (auto begun = handshake.begin(); !begun) return tl::unexpected(std::move(begun.error()));
  while (true) {
    auto done = handshake.go_on();
    if (!done) return tl::unexpected(std::move(done.error()));
    if (*done) return PgSession(std::move(*connection), handshake.report());
    const auto limit = handshake.is_migrating() ? std::nullopt : std::optional(end);
    if (auto moved = move_bytes(*connection, limit); !moved) {
      return tl::unexpected(std::move(moved.error()));
    }
  }
}

tl::expected<std::vector<PgResult>, PgFault> PgSession::finish_all() {
  if (auto sent = connection_.send_sync(); !sent) return tl::unexpected(std::move(sent.error()));
  std::vector<PgResult> results;
  std::optional<PgFault> failed;
  while (true) {
    while (auto result = connection_.next()) {
      if (result->is_sync()) {
        if (failed) return tl::unexpected(std::move(*failed));
        return results;
      }
      if (!result->is_good() && !failed) failed = result->fault("a statement");
      results.push_back(std::move(*result));
    }
    if (auto moved = move_bytes(connection_, std::nullopt); !moved) {
      return tl::unexpected(std::move(moved.error()));
    }
  }
}

tl::expected<PgResult, PgFault> PgSession::finish(std::string_view name) {
  auto results = finish_all();
  if (!results) {
    results.error().detail.insert(0, std::string(name) + ": ");
    return tl::unexpected(std::move(results.error()));
  }
  return std::move(results->front());
}

}  // namespace rollcall::db
