#include "http/server/ready_sockets.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace rollcall::http {

namespace {

int make_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return descriptor;
}

}  // namespace

const asio::execution_context::id ReadySockets::id;

ReadySockets::ReadySockets(asio::io_context& io)
    : asio::execution_context::service(io), io_(io), epoll_(io, make_epoll()) {
  wait();
}

void ReadySockets::shutdown() {
  const auto dying = std::exchange(watched_, {});
  asio::error_code ignored;  // it is closed in any case
  epoll_.close(ignored);
}

ReadySockets::Token ReadySockets::watch(int descriptor, std::error_code& failed) {
  const Token token = ++last_token_;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.u64 = token;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    failed.assign(errno, std::generic_category());
    return 0;
  }
  watched_.emplace(token, Watched{descriptor});
  return token;
}

void ReadySockets::when_ready(Token token, Callback callback) {
  const auto found = watched_.find(token);
  if (found == watched_.end() || found->second.ready) {
    post([callback = std::move(callback)] { callback(false); });
  } else {
    found->second.waits = std::move(callback);
  }
}

void ReadySockets::drained(Token token) {
  const auto found = watched_.find(token);
  if (found != watched_.end()) found->second.ready = found->second.ended;
}

void ReadySockets::end_wait(Token token, bool aborted) {
  const auto found = watched_.find(token);
  if (found == watched_.end() || !found->second.waits) return;
  auto waits = std::exchange(found->second.waits, nullptr);
  post([waits = std::move(waits), aborted] { waits(aborted); });
}

void ReadySockets::unwatch(Token token) {
  abort(token);
  const auto found = watched_.find(token);
  if (found == watched_.end()) return;
  // Events that the kernel has reported already have a token that is unknown from now on.
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, found->second.descriptor, nullptr);
  watched_.erase(found);
}

void ReadySockets::wait() {
  epoll_.async_wait(asio::posix::stream_descriptor::wait_read, [this](asio::error_code failed) {
    if (failed) return;  // the loop ends
    take_events();
    wait();
  });
}

// Some at a time: what these requests need is still in the CPU's cache when their messages are
// handled. `wait` is called again at once if there are more.
void ReadySockets::take_events() {
  std::array<epoll_event, 128> events;
  const int most = static_cast<int>(events.size());
  const int count = ::epoll_wait(epoll_.native_handle(), events.data(), most, 0);
  for (int i = 0; i < count; ++i) take_event(events[i].data.u64, events[i].events);
}

void ReadySockets::take_event(Token token, std::uint32_t events) {
  const auto found = watched_.find(token);
  if (found == watched_.end()) return;
  auto& watched = found->second;
  watched.ready = true;
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) watched.ended = true;
  if (auto waits = std::exchange(watched.waits, nullptr)) waits(false);
}

}  // namespace rollcall::http
