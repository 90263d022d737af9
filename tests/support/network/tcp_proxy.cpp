#include "tests/support/network/tcp_proxy.hpp"

#include <array>
#include <future>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>

#include "tests/support/postgres/messages.hpp"

namespace rollcall::tests {

namespace {

using asio::ip::tcp;

tcp::endpoint local(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

}  // namespace

struct TcpProxy::Connection : std::enable_shared_from_this<Connection> {
  Connection(TcpProxy& of, tcp::socket from) : proxy(of), client(std::move(from)), server(of.io_) {
    ++proxy.connections_;
    if (proxy.without_notifications_) filter.emplace();
  }
  ~Connection() { --proxy.connections_; }

  void start() {
    server.async_connect(local(proxy.target_), [self = shared_from_this()](auto error) {
      if (error) return self->close();
      // So that small pieces pass at once, as without a proxy.
      self->client.set_option(tcp::no_delay(true));
      self->server.set_option(tcp::no_delay(true));
      self->pass(self->client, self->server, self->upwards);
      self->pass(self->server, self->client, self->downwards);
    });
  }

  void pass(tcp::socket& from, tcp::socket& to, std::array<char, 65'536>& buffer) {
    from.async_read_some(asio::buffer(buffer), [self = shared_from_this(), &from, &to, &buffer](
                                                   auto error, std::size_t size) {
      if (&from == &self->client) self->listen_to(std::string_view(buffer.data(), size));
      if (self->is_swallowed()) {
        if (!std::exchange(self->swallowed, true)) ++self->proxy.deprived_;
        if (!error) self->pass(from, to, buffer);
        return;  // the end of the stream is not forwarded either
      }
      if (error || self->swallowed) return self->close();
      auto passed = std::make_shared<std::string>(buffer.data(), size);
      if (self->filter && &from == &self->server) *passed = self->filter->pass(*passed);
      asio::async_write(to, asio::buffer(*passed),
                        [self, passed, &from, &to, &buffer](auto failed, std::size_t) {
                          if (failed) return self->close();
                          self->pass(from, to, buffer);
                        });
    });
  }

  // The first bytes of a client identify it.
  void listen_to(std::string_view bytes) {
    constexpr std::size_t enough = 2'048;
    if (opening.size() < enough) opening.append(bytes.substr(0, enough));
  }

  bool is_swallowed() const { return proxy.swallowing_ && has_said(proxy.swallowed_); }
  bool has_said(const std::string& text) const { return opening.find(text) != std::string::npos; }

  void close() {
    asio::error_code ignored;
    client.close(ignored);
    server.close(ignored);
  }

  TcpProxy& proxy;
  tcp::socket client;
  tcp::socket server;
  std::array<char, 65'536> upwards{};
  std::array<char, 65'536> downwards{};
  std::string opening{};
  std::optional<PgMessagesWithoutNotifications> filter{};
  bool swallowed = false;
};

TcpProxy::TcpProxy(std::uint16_t target)
    : work_(asio::make_work_guard(io_)),
      acceptor_(io_, local(0)),
      port_(acceptor_.local_endpoint().port()),
      target_(target) {
  accept();
  thread_ = std::thread([this] { io_.run(); });
}

TcpProxy::~TcpProxy() {
  asio::post(io_, [this] { acceptor_.close(); });
  cut();
  work_.reset();
  thread_.join();
}

void TcpProxy::accept() {
  acceptor_.async_accept([this](auto error, tcp::socket client) {
    if (error) return;
    ++accepted_;
    auto connection = std::make_shared<Connection>(*this, std::move(client));
    std::erase_if(open_, [](const auto& each) { return each.expired(); });
    open_.push_back(connection);
    connection->start();
    accept();
  });
}

// Runs `work` on the thread of the connections and waits for its end.
void TcpProxy::run(const std::function<void()>& work) {
  std::promise<void> done;
  asio::post(io_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void TcpProxy::swallow(const std::string& said) {
  run([&] {
    swallowing_ = true;
    swallowed_ = said;
  });
}

void TcpProxy::redirect(std::uint16_t target) {
  run([&] { target_ = target; });
}

void TcpProxy::drop_notifications() {
  run([&] { without_notifications_ = true; });
}

void TcpProxy::heal() {
  run([&] { swallowing_ = false; });
  cut();
}

void TcpProxy::cut(const std::string& said) {
  run([&] {
    for (const auto& each : open_) {
      const auto connection = each.lock();
      if (connection && connection->has_said(said)) connection->close();
    }
  });
}

}  // namespace rollcall::tests
