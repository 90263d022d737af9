#include "http/server/connection_state.hpp"

#include <sys/socket.h>

namespace rollcall::http {

bool ConnectionState::hang_up() {
  if (!idle()) return false;
  ::shutdown(std::exchange(socket_, -1), SHUT_RDWR);
  return true;
}

void ConnectionState::check_timeout(ReadySockets& ready, bool draining) {
  const auto age = timeouts_->now() - since_;
  switch (phase_) {
    case ReadPhase::idle:
      if (draining || age >= timeouts_->idle()) hang_up();
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

void ConnectionState::time_out(ReadySockets& ready) {
  timed_out_ = true;
  ready.wake(token_);
}

}  // namespace rollcall::http
