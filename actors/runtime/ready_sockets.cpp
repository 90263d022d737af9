#include "actors/runtime/ready_sockets.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <asio/detail/reactor.hpp>
#include <asio/detail/reactor_op.hpp>

namespace rollcall::actors {

namespace {

constexpr std::uint32_t read_events = EPOLLIN | EPOLLRDHUP | EPOLLET;

// Makes the kernel report what is the case already, too.
int control(int epoll, int operation, int descriptor, std::uint32_t events,
            ReadySockets::Token token) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = token;
  return ::epoll_ctl(epoll, operation, descriptor, &event);
}

int make_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return descriptor;
}

}  // namespace

const asio::execution_context::id ReadySockets::id;

// An operation of asio's reactor that never completes, as its own one for signals: it stays with
// the descriptor. A public wait would cost a call of epoll_ctl for each event.
class ReadySockets::Watch final : public asio::detail::reactor_op {
 public:
  Watch(asio::io_context& io, ReadySockets& owner)
      : reactor_op(asio::error_code(), &perform_it, &complete_it),
        owner_(owner),
        reactor_(asio::use_service<asio::detail::reactor>(io)) {
    reactor_.init_task();
    const int failed = reactor_.register_internal_descriptor(
        asio::detail::reactor::read_op, owner_.epoll_.get(), descriptor_, this);
    if (failed == 0) return;
    end();
    throw std::system_error(failed, std::generic_category(), "epoll_ctl");
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() = default;

  void end() {
    reactor_.deregister_internal_descriptor(owner_.epoll_.get(), descriptor_);
    reactor_.cleanup_descriptor_data(descriptor_);
  }

 private:
  static status perform_it(reactor_op* base) {
    static_cast<Watch*>(base)->owner_.take_events();
    return not_done;
  }
  static void complete_it(void*, asio::detail::operation*, const asio::error_code&, std::size_t) {}

  ReadySockets& owner_;
  asio::detail::reactor& reactor_;
  asio::detail::reactor::per_descriptor_data descriptor_{};
};

ReadySockets::ReadySockets(asio::io_context& io)
    : asio::execution_context::service(io),
      io_(io),
      queue_(asio::use_service<RunQueue>(io)),
      epoll_(make_epoll()),
      watch_(std::make_unique<Watch>(io, *this)) {}

ReadySockets::~ReadySockets() = default;

void ReadySockets::shutdown() {
  watch_->end();
  const auto dying = std::exchange(watched_, {});
}

ReadySockets::Token ReadySockets::watch(int descriptor, std::error_code& failed) {
  const Token token = ++last_token_;
  if (control(epoll_.get(), EPOLL_CTL_ADD, descriptor, read_events, token) != 0) {
    failed.assign(errno, std::generic_category());
    return 0;
  }
  watched_.emplace(token, Watched{descriptor});
  current_[descriptor] = token;
  return token;
}

void ReadySockets::when_ready(Token token, Callback callback) {
  const auto found = watched_.find(token);
  if (found == watched_.end() || found->second.ready) {
    post([callback = std::move(callback)]() mutable { callback(false); });
  } else {
    found->second.reader = std::move(callback);
  }
}

void ReadySockets::drained(Token token) {
  const auto found = watched_.find(token);
  if (found != watched_.end()) found->second.ready = found->second.ended;
}

void ReadySockets::when_writable(Token token, Callback callback) {
  const auto found = watched_.find(token);
  if (found == watched_.end() || found->second.failed) {
    post([callback = std::move(callback)]() mutable { callback(false); });
  } else {
    auto& watched = found->second;
    watched.writer = std::move(callback);
    // Only now: a Unix socket would report room each time its peer reads.
    if (is_current(token, watched.descriptor)) {
      control(epoll_.get(), EPOLL_CTL_MOD, watched.descriptor, read_events | EPOLLOUT, token);
    }
  }
}

bool ReadySockets::is_current(Token token, int descriptor) const {
  const auto found = current_.find(descriptor);
  return found != current_.end() && found->second == token;
}

void ReadySockets::end_wait(Token token, bool aborted) {
  const auto found = watched_.find(token);
  if (found == watched_.end()) return;
  for (auto* waiting : {&found->second.reader, &found->second.writer}) {
    if (*waiting) {
      post([waits = std::move(*waiting), aborted]() mutable { waits(aborted); });
    }
  }
}

void ReadySockets::unwatch(Token token) {
  abort(token);
  const auto found = watched_.find(token);
  if (found == watched_.end()) return;
  // Events that the kernel has reported already have a token that is unknown from now on.
  const int descriptor = found->second.descriptor;
  if (is_current(token, descriptor)) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
    current_.erase(descriptor);
  }
  watched_.erase(found);
}

// Some at a time: what these requests need is still in the CPU's cache when their messages are
// handled. The kernel does not report those again that are left.
void ReadySockets::take_events() {
  std::array<epoll_event, 128> events;
  const int most = static_cast<int>(events.size());
  const int count = ::epoll_wait(epoll_.get(), events.data(), most, 0);
  if (count == most) asio::post(io_, [this] { take_events(); });
  queue_.turn([&] {
    for (int i = 0; i < count; ++i) take_event(events[i].data.u64, events[i].events);
  });
}

void ReadySockets::take_event(Token token, std::uint32_t events) {
  const auto found = watched_.find(token);
  if (found == watched_.end()) return;
  auto& watched = found->second;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) watched.failed = true;
  if ((events & EPOLLRDHUP) != 0 || watched.failed) watched.ended = true;
  if ((events & EPOLLIN) != 0 || watched.ended) watched.ready = true;
  Callback reader;
  Callback writer;
  if (watched.ready) reader = std::move(watched.reader);
  if ((events & EPOLLOUT) != 0 || watched.failed) writer = std::move(watched.writer);
  if (writer && is_current(token, watched.descriptor)) {
    control(epoll_.get(), EPOLL_CTL_MOD, watched.descriptor, read_events, token);
  }
  if (reader) reader(false);
  if (writer) writer(!watched_.contains(token));
}

}  // namespace rollcall::actors
