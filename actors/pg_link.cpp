#include "actors/pg_link.hpp"

#include <utility>

namespace rollcall::actors {

namespace {

using db::PgFault;
using Wants = db::PgConnection::Wants;
using Wait = asio::posix::stream_descriptor;

// How much longer than the statement timeout the server may keep silent: it answers a statement
// that it has ended, too.
constexpr std::chrono::milliseconds silence_grace{250};
// How often silence is looked for while anything is under way.
constexpr std::chrono::milliseconds watch_interval{100};
// A migration may rewrite a large table.
constexpr std::chrono::minutes migration_limit{60};
// Shifting further would not make the longest delay longer.
constexpr int most_attempts = 30;

}  // namespace

PgLink::PgLink(LinkHost host, PgLinkOptions options, Events events)
    : host_(std::move(host)),
      options_(std::move(options)),
      events_(std::move(events)),
      backoff_(options_.reconnect_min, options_.reconnect_max,
               options_.seed ? *options_.seed : std::random_device{}()),
      resolver_(host_.loop.io()) {}

PgLink::~PgLink() { close(); }

void PgLink::attempt() {
  ++generation_;
  hosts_ = options_.target.hosts();
  state_ = State::resolving;
  limit(options_.connect_timeout);
  resolve(0);
}

// Names one after the other; a name with several addresses becomes as many hosts.
void PgLink::resolve(std::size_t index) {
  while (index < hosts_.size() && !hosts_[index].needs_resolving()) ++index;
  if (index == hosts_.size()) return connect();
  const auto found = std::make_shared<Resolved>();
  auto on_result = host_.guarded([this, index, found, generation = generation_](auto error) {
    if (generation != generation_) return;
    const db::PgHost named = hosts_[index];
    if (error) {
      return lose({PgFault::Kind::unreachable, named.host + ": " + error.message()});
    }
    std::vector<db::PgHost> addresses;
    for (const auto& entry : *found) {
      addresses.push_back({named.host, named.port, entry.endpoint().address().to_string()});
    }
    const auto place = hosts_.erase(hosts_.begin() + static_cast<std::ptrdiff_t>(index));
    hosts_.insert(place, addresses.begin(), addresses.end());
    resolve(index + addresses.size());
  });
  resolver_.async_resolve(hosts_[index].host, hosts_[index].port,
                          [found, on_result](auto error, Resolved results) {
                            *found = std::move(results);
                            on_result(error);
                          });
}

void PgLink::connect() {
  state_ = State::connecting;
  auto started = db::PgConnection::start(options_.target, hosts_, options_.application_name);
  if (!started) return lose(std::move(started.error()));
  connection_.emplace(std::move(*started));
  go_on_connecting(Wants::to_write);
}

// libpq may go on with another socket after each step, under the same number even.
void PgLink::go_on_connecting(Wants wants) {
  if (wants == Wants::nothing) return shake_hands();
  adopt_socket();
  socket_->async_wait(wants == Wants::to_write ? Wait::wait_write : Wait::wait_read,
                      host_.guarded([this, generation = generation_](auto error) {
                        if (generation != generation_ || error) return;
                        socket_->release();
                        socket_.reset();
                        const auto went_on = connection_->go_on_connecting();
                        if (!went_on) return lose(went_on.error());
                        go_on_connecting(*went_on);
                      }));
}

void PgLink::shake_hands() {
  state_ = State::handshaking;
  adopt_socket();
  handshake_.emplace(*connection_, options_.handshake);
  const auto begun = handshake_->begin();
  if (!begun) return lose(begun.error());
  wait_readable();
  go_on_shaking();
}

void PgLink::go_on_shaking() {
  const auto done = handshake_->go_on();
  if (!done) return lose(done.error());
  if (*done) return become_ready();
  if (handshake_->is_migrating()) limit(migration_limit);
  const auto flushed = connection_->flush();
  if (!flushed) return lose(flushed.error());
  if (!*flushed) wait_writable();
}

void PgLink::become_ready() {
  handshake_.reset();
  timer_.reset();
  state_ = State::ready;
  down_ = false;
  trouble_.reset();
  heard_ = host_.loop.clock().now();
  events_.ready();
}

void PgLink::wait_readable() {
  socket_->async_wait(Wait::wait_read, host_.guarded([this, generation = generation_](auto error) {
    if (generation != generation_ || error) return;
    on_readable();
  }));
}

void PgLink::wait_writable() {
  if (std::exchange(writing_, true)) return;
  socket_->async_wait(Wait::wait_write, host_.guarded([this, generation = generation_](auto error) {
    if (generation != generation_ || error) return;
    writing_ = false;
    flush();
  }));
}

void PgLink::on_readable() {
  heard_ = host_.loop.clock().now();
  const auto consumed = connection_->consume();
  const auto generation = generation_;
  if (state_ == State::handshaking) {
    if (!consumed) return lose(consumed.error());
    go_on_shaking();
  } else {
    take_results();
    // The last words of a server that goes are results too, and say more than the loss.
    if (generation == generation_ && !consumed) return lose(consumed.error());
  }
  if (generation == generation_) wait_readable();
}

// Notices before the result that follows them: what was said before it has then been heard.
void PgLink::take_results() {
  const auto generation = generation_;
  while (true) {
    const auto result = connection_->next();
    for (const auto& notice : connection_->notices()) {
      if (events_.notice) events_.notice(notice);
      if (generation != generation_) return;
    }
    if (!result) break;
    events_.result(*result);
    if (generation != generation_) return;
  }
  flush();
}

void PgLink::note(const tl::expected<void, PgFault>& sent) {
  if (!sent && !failed_to_send_) failed_to_send_ = sent.error();
}

void PgLink::flush() {
  if (!connection_) return;
  auto flushed = connection_->flush();
  if (!flushed) note(tl::unexpected(flushed.error()));
  if (flushed && !*flushed) wait_writable();
  if (!connection_->is_idle() || failed_to_send_) watch();
}

// While anything is under way: has the server gone silent?
void PgLink::watch() {
  if (std::exchange(watching_, true)) return;
  heard_ = host_.loop.clock().now();
  look_later();
}

void PgLink::look_later() {
  const auto delay = failed_to_send_ ? Clock::Duration{0} : watch_interval;
  watch_ = host_.after(delay, [this] {
    if (failed_to_send_) return lose(*std::exchange(failed_to_send_, std::nullopt));
    if (connection_->is_idle()) {
      watching_ = false;
    } else if (host_.loop.clock().now() - heard_ > options_.statement_timeout + silence_grace) {
      lose({PgFault::Kind::silent, "nothing came for longer than the statement timeout"});
    } else {
      look_later();
    }
  });
}

Error PgLink::not_serving() const {
  return {ErrorCode::storage_unavailable,
          trouble_ ? std::string(trouble_->summary()) : std::string("starts")};
}

void PgLink::drop(PgFault fault) { lose(std::move(fault)); }

void PgLink::check_again(const PgFault& misfit) {
  lose({PgFault::Kind::lost, "given up, to check the schema again: " + misfit.detail});
}

void PgLink::adopt_socket() {
  if (socket_) socket_->release();
  socket_.emplace(host_.loop.io(), connection_->socket());
}

// The descriptor is libpq's to close, and must be gone from the loop before.
void PgLink::close() {
  ++generation_;
  resolver_.cancel();
  if (socket_) socket_->release();
  socket_.reset();
  handshake_.reset();
  connection_.reset();
  failed_to_send_.reset();
  writing_ = watching_ = false;
  watch_.reset();
  timer_.reset();
}

void PgLink::lose(PgFault fault) {
  const bool was_ready = ready();
  close();
  state_ = State::waiting;
  down_ = !was_ready;
  auto delay = backoff_.delay(attempts_);
  if (fault.refused()) delay += options_.reconnect_max;  // who is refused comes back slowly
  if (attempts_ < most_attempts) ++attempts_;
  trouble_ = fault;
  timer_ = host_.after(delay, [this] { attempt(); });
  events_.lost(fault);
}

void PgLink::limit(Clock::Duration time) {
  timer_ = host_.after(time, [this] { lose({PgFault::Kind::silent, "not connected in time"}); });
}

}  // namespace rollcall::actors
