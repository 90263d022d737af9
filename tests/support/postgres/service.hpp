// A daemon with sample users, on a PostgreSQL that the test can stop.
#pragma once

#include <string>
#include <vector>

#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/http/client.hpp"
#include "tests/support/network/tcp_proxy.hpp"
#include "tests/support/postgres/cluster.hpp"

namespace rollcall::tests {

/// Settings for a node that meets outages. Not one restart is allowed: an actor that crashed would
/// end the process, and fail the test.
DaemonOptions pg_node(const std::string& url, int loops = 1, std::vector<std::string> set = {});

/// The database as it is reached through the proxy.
std::string url_through(const TcpProxy& proxy, const PgDatabase& database);

/// "Guest 1" to "Guest 100", and a daemon that is ready in all its parts.
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

/// Whether the answer says that it may be out of date, and how old it is.
bool marked_stale(const Response& response);

/// Asks for the user until the answer is marked as stale; fails the test where it never is, or
/// where anything but an answer with this user comes before.
Response wait_for_stale(HttpClient& client, const std::string& target);

/// Asks, by a read and a write, until both are done; fails the test where they never are.
void wait_for_service(HttpClient& client, const std::string& target);

/// How many lines of the log hold this text.
int lines_with(const std::string& log, const std::string& text);

}  // namespace rollcall::tests
