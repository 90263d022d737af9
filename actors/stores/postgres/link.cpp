#include "actors/stores/postgres/link.hpp"

#include <utility>

namespace rollcall::actors {

namespace {

using db::PgError;

// How much longer than the statement timeout the server may be silent: it cancels a statement at
// the timeout, and then still has to report that.
constexpr std::chrono::milliseconds silence_grace{250};
// How often the silence of the server is measured while anything is in flight.
constexpr std::chrono::milliseconds watch_interval{100};

}  // namespace

PgLink::PgLink(LinkOwner owner, PgLinkOptions options, Events events)
    : owner_(std::move(owner)),
      options_(std::move(options)),
      events_(std::move(events)),
      reconnect_(owner_.after, options_.reconnect, [this] { begin_round(); }),
      sockets_(asio::use_service<ReadySockets>(owner_.loop.io())),
      watch_(owner_.after, watch_interval, [this] { check_silence(); }) {}

PgLink::~PgLink() { close(); }

void PgLink::become_ready() {
  begin_after_ = addresses_[address_];
  state_ = State::ready;
  down_ = false;
  last_error_.reset();
  heard_ = owner_.loop.clock().now();
  if (options_.max_age.count() > 0) {
    // Up to a tenth earlier, so that not all connections are replaced at once.
    const std::chrono::milliseconds age = options_.max_age;
    age_ = owner_.after(age - reconnect_.jitter(age / 10), [this] {
      retire({PgError::Kind::replaced, "it has reached database.max_connection_age_s"});
    });
  }
  events_.ready();
}

// Runs as the actor, and only while the connection is the present one.
ReadySockets::Callback PgLink::unless_aborted(std::function<void()> callback) {
  return owner_.guarded(
      [this, generation = generation_, callback = std::move(callback)](bool aborted) {
        if (generation == generation_ && !aborted) callback();
      });
}

void PgLink::wait_readable() {
  sockets_.when_ready(socket_, unless_aborted([this] { on_readable(); }));
}

void PgLink::wait_writable() {
  if (std::exchange(writing_, true)) return;
  sockets_.when_writable(socket_, unless_aborted([this] {
                           writing_ = false;
                           take_input();  // where PQflush can't send, it reads
                         }));
}

void PgLink::on_readable() {
  heard_ = owner_.loop.clock().now();
  take_input();
}

void PgLink::take_input() {
  const auto consumed = connection_->consume();
  const auto generation = generation_;
  if (state_ == State::handshaking) {
    continue_handshake();
    const bool same = generation == generation_ && state_ == State::handshaking;
    if (same && !consumed) return fail_address(consumed.error());
  } else {
    take_results();
    // The server's final error is a result: it says more than the loss that follows.
    if (generation == generation_ && !consumed) return lose(consumed.error());
  }
  if (generation != generation_) return;
  // libpq reads as much as its buffer has room for. Once all is answered, what is left can only be
  // followed by the end of the connection, which is reported.
  const bool expects_more = !connection_->is_idle() || events_.notification;
  if (!expects_more || !connection_->has_unread()) sockets_.drained(socket_);
  wait_readable();
}

// Passes notifications and results on in the order in which the server sent them.
void PgLink::take_results() {
  const auto generation = generation_;
  while (true) {
    const auto result = connection_->next();
    for (const auto& notification : connection_->notifications()) {
      if (events_.notification) events_.notification(notification);
      if (generation != generation_) return;
    }
    if (!result) break;
    events_.result(*result);
    if (generation != generation_) return;
  }
  flush();
  leave_if_idle();
}

void PgLink::retire(PgError why) {
  if (state_ != State::ready || retired_) return;
  retired_ = std::move(why);
  leave_if_idle();
}

// Closes a retired connection once it is idle. It worked, so the next one is made at once.
void PgLink::leave_if_idle() {
  if (!retired_ || !connection_->is_idle()) return;
  auto why = *std::exchange(retired_, std::nullopt);
  close();
  down_ = false;
  reconnect_.at_once();
  report_lost(std::move(why));
}

void PgLink::note(const tl::expected<void, PgError>& sent) {
  if (!sent && !failed_to_send_) failed_to_send_ = sent.error();
}

void PgLink::flush() {
  if (!connection_) return;
  auto flushed = connection_->flush();
  if (!flushed) note(tl::unexpected(flushed.error()));
  if (flushed && !*flushed) wait_writable();
  // libpq reads, too, where it finds no room to send: then nothing may be left in the socket.
  if (state_ == State::ready && connection_->has_result()) sockets_.wake(socket_);
  if (!connection_->is_idle() || failed_to_send_) watch();
}

// Starts to measure the server's silence. Schedules the report of a failure to send.
void PgLink::watch() {
  if (failed_to_send_ && !send_failure_.is_set()) {
    send_failure_ =
        owner_.after({}, [this] { lose(*std::exchange(failed_to_send_, std::nullopt)); });
  }
  if (watch_.armed()) return;
  heard_ = owner_.loop.clock().now();
  watch_.arm();
}

void PgLink::check_silence() {
  if (connection_->is_idle()) return;
  if (owner_.loop.clock().now() - heard_ > options_.statement_timeout + silence_grace) {
    lose({PgError::Kind::silent, "nothing came for longer than the statement timeout"});
  } else {
    watch_.arm();
  }
}

std::string_view PgLink::doing() const {
  switch (state_) {
    case State::waiting:
      return "waits before it connects again";
    case State::resolving:
      return "looks up the name of the database's host";
    case State::connecting:
      return "connects to the database";
    case State::handshaking:
      return handshake_->is_migrating() ? "migrating" : "checks the schema";
    case State::admitting:
      return "waits until every connection is at this server";
    case State::ready:
      return "connected";
  }
  return {};
}

Error PgLink::not_serving() const {
  return {ErrorCode::storage_unavailable,
          last_error_ ? std::string(last_error_->summary()) : std::string("starts")};
}

void PgLink::drop(PgError error) { lose(std::move(error)); }

void PgLink::check_again(const PgError& mismatch) {
  lose({PgError::Kind::lost, "given up, to check the schema again: " + mismatch.detail});
}

bool PgLink::watch_socket() {
  std::error_code failed;
  socket_ = sockets_.watch(connection_->socket(), failed);
  if (failed) fail_address({PgError::Kind::unreachable, "cannot be watched: " + failed.message()});
  return !failed;
}

void PgLink::unwatch_socket() { sockets_.unwatch(std::exchange(socket_, 0)); }

// libpq closes the descriptor, so it must not be watched any more.
void PgLink::close() {
  ++generation_;
  hosts_.clear();
  unwatch_socket();
  handshake_.reset();
  connection_.reset();
  failed_to_send_.reset();
  writing_ = false;
  retired_.reset();
  age_.reset();
  permit_.reset();  // after the connection
  watch_.disarm();
  send_failure_.reset();
  timer_.reset();
}

void PgLink::lose(PgError error) {
  const bool was_ready = state_ == State::ready;
  close();
  down_ = !was_ready;
  const bool slowly = error.refused();
  reconnect_.after_failure(slowly ? options_.reconnect.max : Clock::Duration{});
  report_lost(std::move(error));
}

void PgLink::report_lost(PgError error) {
  state_ = State::waiting;
  last_error_ = error;
  events_.lost(error);
}

}  // namespace rollcall::actors
