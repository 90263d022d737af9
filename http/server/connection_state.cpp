#include "http/server/connection_state.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace rollcall::http {

bool ConnectionState::hang_up() {
  if (!owes_nothing()) return false;
  ::shutdown(std::exchange(socket_, -1), SHUT_RDWR);
  hung_up_ = true;
  return true;
}

bool ConnectionState::end_if_idle() {
  if (phase_ != ReadPhase::idle || early_bytes_ > 0 || !owes_nothing()) return false;
  char byte = 0;
  const bool arrived = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  return !arrived && hang_up();
}

void ConnectionState::begin_stream() {
  const unsigned int limit_ms = timeouts_->write() * ConnectionTimeouts::tick.count();
  ::setsockopt(socket_, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof(limit_ms));
}

// A client that takes nothing would keep for minutes what the kernel has not sent.
void ConnectionState::reset() {
  if (socket_ < 0) return;
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  ::shutdown(std::exchange(socket_, -1), SHUT_RDWR);
  hung_up_ = true;
}

void ConnectionState::check_timeout(actors::ReadySockets& ready) {
  const bool sending = unsent_bytes_ > 0 || early_bytes_ > 0 || stream_bytes_ > 0;
  if (sending && timeouts_->now() - sending_since_ >= timeouts_->write()) reset();
  const auto age = timeouts_->now() - since_;
  switch (phase_) {
    case ReadPhase::idle:
      if (loop_.draining || age >= timeouts_->idle()) end_if_idle();
      break;
    case ReadPhase::head:
      if (age >= timeouts_->head()) time_out(ready);
      break;
    case ReadPhase::body:
      if (age >= timeouts_->body()) time_out(ready);
      break;
    case ReadPhase::lingering:
      if (age >= timeouts_->lingering()) hang_up();
      break;
  }
}

void ConnectionState::time_out(actors::ReadySockets& ready) {
  timed_out_ = true;
  ready.wake(token_);
}

}  // namespace rollcall::http
