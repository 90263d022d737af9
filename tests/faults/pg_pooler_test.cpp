// A node that gets no notifications although every statement is answered, as behind a pooler in
// transaction mode.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

class PooledNode {
 public:
  PooledNode() {
    proxy_.drop_notifications();
    node_.emplace(pg_node(url_through(proxy_, database_), 1,
                          {"invalidation.heartbeat_ms=100", "invalidation.timeout_ms=3000",
                           "database.connect_timeout_ms=30000"}));
    wait_until("the node never writes",
               [&] { return part_ready(node_->admin_port(), "write_store"); });
    create_sample_users(node_->port(), 3);
  }
  const PgDatabase& database() const { return database_; }
  const DaemonProcess& node() const { return *node_; }
  void wait_for_line(const std::string& text) const {
    wait_until("the log never says " + text, [&] { return lines_with(node_->log(), text) != 0; });
  }

 private:
  PgDatabase database_;
  TcpProxy proxy_{shared_cluster().port()};
  std::optional<DaemonProcess> node_;
};

}  // namespace

TEST_CASE("a node that no notification reaches queries the database each time, and reports why") {
  const PooledNode pooled;
  HttpClient client(pooled.node().port());
  auto database = pooled.database().client();
  for (int i = 1; i <= 50; ++i) {
    const auto name = "Name " + std::to_string(i);
    database.execute("UPDATE users SET name = '" + name + "' WHERE id = 1");
    CHECK(client.get("/users/1").json().at("name") == name);
  }
  pooled.wait_for_line("no notification arrives");
  CHECK_FALSE(part_ready(pooled.node().admin_port(), "invalidation_feed"));
  wait_until("/ready does not say why", [&] {
    return part_detail(pooled.node().admin_port(), "invalidation_feed").find("pooler") !=
           std::string::npos;
  });
  CHECK(lines_with(pooled.node().log(), "feed: no connection") == 1);
  CHECK(lines_with(pooled.node().log(), "feed: ready on") == 0);
}

}  // namespace rollcall::tests
