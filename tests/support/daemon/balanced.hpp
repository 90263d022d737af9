// Two nodes on one database behind HAProxy or nginx, configured by the files of packaging/ with
// other ports.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/network/free_port.hpp"
#include "tests/support/postgres/service.hpp"

namespace rollcall::tests {

/// The nodes are ready and have "Guest 1" to "Guest 10" when the constructor returns. Needs
/// Debian's haproxy or nginx; fails the test where it is missing.
class Balanced {
 public:
  /// `balancer` is "haproxy" or "nginx". `cuttable`: the balancer reaches the nodes over `ways()`.
  /// `directives` are added to `http` in the configuration of nginx.
  explicit Balanced(const std::string& balancer, bool cuttable = false,
                    std::string directives = {});

  std::uint16_t port() const { return port_; }
  PgCluster& cluster() { return cluster_; }
  std::array<DaemonProcess, 2>& nodes() { return nodes_; }
  std::array<TcpProxy, 2>& ways() { return ways_; }
  TcpProxy& database_of_second() { return to_database_; }
  PgClient look() const { return database_.client(); }
  /// Waits until the log of the balancer has this text; fails the test where it never does.
  void wait_for_log(const std::string& text) const;
  /// What the balancer has written to stderr so far.
  std::string log() const;
  /// How many requests this node has answered.
  int answered_by(std::size_t node) const;

 private:
  std::string way_to(std::size_t node) const;
  Spawn haproxy() const;
  Spawn nginx() const;

  bool cuttable_;
  std::string directives_;
  PgCluster cluster_;
  PgDatabase database_{cluster_};
  TcpProxy to_database_{cluster_.port()};  // of the second node
  std::array<DaemonProcess, 2> nodes_{DaemonProcess(pg_node(database_.url())),
                                      DaemonProcess(pg_node(url_through(to_database_, database_)))};
  std::array<TcpProxy, 2> ways_{TcpProxy(nodes_[0].port()), TcpProxy(nodes_[1].port())};
  TempDir folder_;
  std::uint16_t port_ = free_port();
  std::unique_ptr<ChildProcess> balancer_{};
};

}  // namespace rollcall::tests
