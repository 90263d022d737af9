// A network that a test can cut: forwards TCP connections, until it is told not to.
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

/// Listens on a free port of 127.0.0.1 and forwards to the port `target`, on a thread of its own.
class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return port_; }

  /// From now on connections stay open, new ones are accepted, and no bytes pass either way, as in
  /// a network that silently drops packets.
  void swallow() { swallow({}); }
  /// The same, only for connections whose client sends this text in its first 2,048 bytes.
  void swallow(const std::string& said);
  /// Closes every connection. From now on bytes pass again.
  void heal();
  /// Closes every connection.
  void cut() { cut({}); }
  /// The same, only for connections whose client has sent this text in its first 2,048 bytes.
  void cut(const std::string& said);
  /// From now on new connections lead to this port.
  void redirect(std::uint16_t target);
  /// From now on new connections must speak PostgreSQL's protocol, and no notification reaches
  /// their clients, as behind a pooler in transaction mode.
  void drop_notifications();
  int connections() const { return connections_; }
  /// How many connections it has accepted so far, including those for which nobody listened at the
  /// target.
  int accepted() const { return accepted_; }
  /// How many connections have lost bytes, or the end of the stream, so far.
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
  std::vector<std::weak_ptr<Connection>> open_{};  // this and what follows: for thread_ alone
  bool swallowing_ = false;
  std::string swallowed_{};  // empty: all
  bool without_notifications_ = false;
  std::thread thread_;
};

}  // namespace rollcall::tests
