// A daemon with sample users, on a PostgreSQL that the test can stop.
#pragma once

#include <string>
#include <vector>

#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/http/client.hpp"
#include "tests/support/network/tcp_proxy.hpp"
#include "tests/support/postgres/cluster.hpp"

namespace rollcall::tests {

/// Options for a node that meets outages. The restart budget is 0: an actor that crashes ends the
/// process, and so fails the test.
DaemonOptions pg_node(const std::string& url, int loops = 1, std::vector<std::string> set = {});

/// The URL of the database through the proxy.
std::string url_through(const TcpProxy& proxy, const PgDatabase& database);

/// A database with "Guest 1" to "Guest 100", and a daemon of which every part is ready.
class PgService {
 public:
  explicit PgService(int loops = 1, std::vector<std::string> set = {});

  PgCluster& cluster() { return cluster_; }
  const PgDatabase& database() const { return database_; }
  DaemonProcess& daemon() { return daemon_; }
  HttpClient connect() const { return HttpClient(daemon_.port()); }

 private:
  PgCluster cluster_;
  PgDatabase database_{cluster_};
  DaemonProcess daemon_;
};

/// Whether the answer is marked as stale. Fails the test where only one of Cache-Status and Age
/// says so.
bool marked_stale(const Response& response);

/// Reads the user until the answer is marked as stale, and returns that answer; fails the test
/// where none is, or where a status other than 200 comes before.
Response wait_for_stale(HttpClient& client, const std::string& target);

/// Waits until a write of the user and a fresh read succeed; fails the test where they never do.
void wait_for_service(HttpClient& client, const std::string& target);

/// How many lines of the log contain this text.
int lines_with(const std::string& log, const std::string& text);

}  // namespace rollcall::tests
