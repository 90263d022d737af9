#include "actors/stores/postgres/link.hpp"

#include <utility>

namespace rollcall::actors {

namespace {

using db::PgError;
using Wait = asio::posix::stream_descriptor;

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

void PgLink::wait_readable() {
  socket_->async_wait(Wait::wait_read, owner_.guarded([this, generation = generation_](auto error) {
    if (generation != generation_ || error) return;
    on_readable();
  }));
}

void PgLink::wait_writable() {
  if (std::exchange(writing_, true)) return;
  socket_->async_wait(Wait::wait_write,
                      owner_.guarded([this, generation = generation_](auto error) {
                        if (generation != generation_ || error) return;
                        writing_ = false;
                        flush();
                      }));
}

void PgLink::on_readable() {
  heard_ = owner_.loop.clock().now();
  const auto consumed = connection_->consume();
  const auto generation = generation_;
  if (state_ == State::handshaking) {
    if (!consumed) return fail_address(consumed.error());
    continue_handshake();
  } else {
    take_results();
    // The server's final error is a result: it says more than the loss that follows.
    if (generation == generation_ && !consumed) return lose(consumed.error());
  }
  if (generation == generation_) wait_readable();
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

void PgLink::adopt_socket() {
  if (socket_) socket_->release();
  socket_.emplace(owner_.loop.io(), connection_->socket());
}

// libpq closes the descriptor, so asio must have released it before.
void PgLink::close() {
  ++generation_;
  hosts_.clear();
  if (socket_) socket_->release();
  socket_.reset();
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
