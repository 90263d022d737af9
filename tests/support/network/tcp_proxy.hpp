// A network that a test can cut: passes TCP connections on, until it is told not to.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

namespace rollcall::tests {

/// Listens on a port of its own on 127.0.0.1, with a thread of its own.
class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return port_; }

  /// From now on connections stay open, new ones are accepted, and nothing passes either way: a
  /// network that silently drops packets.
  void swallow() { swallow({}); }
  /// The same for those connections alone whose client says this text in its first bytes.
  void swallow(const std::string& said);
  /// From now on bytes of new connections pass again; those that lost some are closed.
  void heal();
  /// Closes every connection.
  void cut() { cut({}); }
  /// The same with those connections alone whose client has said this text in its first bytes.
  void cut(const std::string& said);
  /// From now on new connections lead to this port.
  void redirect(std::uint16_t target);
  /// From now on new connections speak PostgreSQL's protocol, and no NOTIFY reaches their clients,
  /// as behind a pooler that lends a server connection for one transaction.
  void drop_notifications();
  int connections() const { return connections_; }
  /// How many it has accepted so far, also where nobody listened behind it.
  int accepted() const { return accepted_; }
  /// How many connections have lost bytes, or their end, so far.
  int deprived() const { return deprived_; }

 private:
  struct Connection;

  void accept();
  void run(const std::function<void()>& work);

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::uint16_t target_;
  std::atomic<int> connections_ = 0;
  std::atomic<int> accepted_ = 0;
  std::atomic<int> deprived_ = 0;
  std::vector<std::weak_ptr<Connection>> open_{};  // the thread's, and what follows
  bool swallowing_ = false;
  std::string swallowed_{};  // empty: all
  bool without_notifications_ = false;
  std::thread thread_;
};

}  // namespace rollcall::tests
