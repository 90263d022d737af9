// How a link connects: name lookup, addresses, handshake, permit.
#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/stores/postgres/link.hpp"

namespace rollcall::actors {

namespace {

using db::PgError;
using Wants = db::PgConnection::Wants;

// A migration may rewrite a large table.
constexpr std::chrono::minutes migration_limit{60};
// How often the name lookups are polled, which have no callback; and how long the names that are
// resolved wait for the others.
constexpr std::chrono::milliseconds name_interval{5};
constexpr std::chrono::milliseconds patience_with_names{100};

}  // namespace

void PgLink::begin_round() {
  ++generation_;
  round_error_.reset();
  hosts_.clear();
  for (const db::PgHost& host : options_.target.hosts()) {
    hosts_.push_back({host});
    if (host.needs_resolving()) hosts_.back().lookup.emplace(host.host);
  }
  state_ = State::resolving;
  looked_up_since_ = owner_.loop.clock().now();
  look_up();
}

// Goes on once all names are answered, or once some are resolved and the others have had 100 ms, or
// after connect_timeout.
void PgLink::look_up() {
  const auto waited = owner_.loop.clock().now() - looked_up_since_;
  const bool all = std::all_of(hosts_.begin(), hosts_.end(), [](const Host& each) {
    return !each.lookup || each.lookup->answer().has_value();
  });
  addresses_ = addresses();
  const auto limit =
      addresses_.empty() ? Clock::Duration{options_.connect_timeout} : patience_with_names;
  if (!all && waited < limit) {
    timer_ = owner_.after(name_interval, [this] { look_up(); });
    return;
  }
  hosts_.clear();
  if (addresses_.empty()) {
    return lose(round_error_.value_or(
        PgError{PgError::Kind::silent, "the name service does not answer in time"}));
  }
  if (begin_after_) {
    const auto last = std::find(addresses_.begin(), addresses_.end(), *begin_after_);
    if (last != addresses_.end()) std::rotate(addresses_.begin(), last + 1, addresses_.end());
  }
  begin_after_ = addresses_.front();
  address_ = 0;
  connect();
}

// The addresses of the names resolved so far; a name with several becomes as many hosts.
std::vector<db::PgHost> PgLink::addresses() {
  std::vector<db::PgHost> found;
  for (const Host& each : hosts_) {
    if (!each.lookup) {
      found.push_back(each.host);
    } else if (const auto answer = each.lookup->answer(); answer && *answer) {
      for (const std::string& address : **answer) {
        found.push_back({each.host.host, each.host.port, address});
      }
    } else if (answer) {
      round_error_ = {PgError::Kind::unreachable, each.host.host + ": " + answer->error()};
    }
  }
  return found;
}

void PgLink::connect() {
  state_ = State::connecting;
  limit(options_.connect_timeout);
  auto started =
      db::PgConnection::start(options_.target, {addresses_[address_]}, options_.application_name);
  if (!started) return fail_address(std::move(started.error()));
  connection_.emplace(std::move(*started));
  continue_connecting(Wants::to_write);
}

// Tries the next address at once. An error of a server that refused us is kept for the report.
void PgLink::fail_address(PgError error) {
  close();
  if (addresses_.size() > 1) {
    const db::PgHost& host = addresses_[address_];
    const std::string& where = host.address.empty() ? host.host : host.address;
    error.detail.insert(0, where + (host.port.empty() ? "" : ":" + host.port) + ": ");
  }
  if (!round_error_ || error.refused() || !round_error_->refused()) round_error_ = std::move(error);
  if (++address_ < addresses_.size()) return connect();
  lose(*std::exchange(round_error_, std::nullopt));
}

// After each step libpq may use another socket, even under the same descriptor number.
void PgLink::continue_connecting(Wants wants) {
  if (wants == Wants::nothing) return begin_handshake();
  if (!watch_socket()) return;
  auto go_on = unless_aborted([this] {
    unwatch_socket();
    const auto went_on = connection_->continue_connecting();
    if (!went_on) return fail_address(went_on.error());
    continue_connecting(*went_on);
  });
  if (wants == Wants::to_write) {
    sockets_.when_writable(socket_, std::move(go_on));
  } else {
    sockets_.when_ready(socket_, std::move(go_on));
  }
}

void PgLink::begin_handshake() {
  state_ = State::handshaking;
  if (!watch_socket()) return;
  handshake_.emplace(*connection_, options_.handshake);
  migrating_ = false;
  const auto begun = handshake_->begin();
  if (!begun) return fail_address(begun.error());
  wait_readable();
  continue_handshake();
}

void PgLink::continue_handshake() {
  const auto done = handshake_->go_on();
  if (!done) return fail_address(done.error());
  if (*done) {
    const auto keys = db::text_of(handshake_->report().keys);
    if (!keys.empty()) spdlog::info("database {}: {}", options_.target.shown(), keys);
    return ask_admission();
  }
  if (handshake_->is_migrating()) {
    if (!std::exchange(migrating_, true)) {
      limit(migration_limit);
      if (handshake_->report().applied.size() == 1) {
        spdlog::info("migrates {}, and waits for other sessions that hold locks there",
                     options_.target.shown());
      }
    }
  } else if (std::exchange(migrating_, false)) {
    limit(options_.connect_timeout);
  }
  const auto flushed = connection_->flush();
  if (!flushed) return fail_address(flushed.error());
  if (!*flushed) wait_writable();
}

// A connection is used only if all connections to the primary are at one server.
void PgLink::ask_admission() {
  const AdmitLink asked{handshake_->server(), looked_up_since_, options_.handshake.standby};
  handshake_.reset();
  timer_.reset();
  if (!options_.admission) return become_ready();
  state_ = State::admitting;
  owner_.ask_admission(
      options_.admission, asked, [this, generation = generation_](AdmitLinkReply reply) {
        if (generation != generation_) return;
        if (!reply) return fail_address({PgError::Kind::elsewhere, reply.error()});
        permit_ = std::move(*reply);
        owner_.await_recall(options_.admission, {permit_->number()}, [this, generation] {
          if (generation != generation_) return;
          retire({PgError::Kind::elsewhere, "given up, to be made at another server"});
        });
        become_ready();
      });
}

void PgLink::limit(Clock::Duration time) {
  timer_ = owner_.after(time, [this] {
    fail_address({PgError::Kind::silent, "not connected in time"});
  });
}

}  // namespace rollcall::actors
