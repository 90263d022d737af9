// How often the daemon retries a PostgreSQL that can't be reached or refuses connections.
#include "actors/stores/postgres/write_store.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_book.hpp"
#include "tests/support/network/tcp_proxy.hpp"
#include "tests/support/postgres/cluster.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto longest = 500ms;
constexpr int attempts = 100;

/// A store that tries to make one connection, and a clock that moves only while the store waits for
/// the next attempt.
class ReconnectingStore {
 public:
  ReconnectingStore(const TcpProxy& proxy, const std::string& database, const std::string& user)
      : proxy_(proxy) {
    const auto url = "postgres://" + user + "@127.0.0.1:" + std::to_string(proxy.port()) + "/";
    actors::PgLinkOptions link{db::PgTarget::parse(url + database).value(), "rollcall test"};
    link.connect_timeout = one_attempt;
    link.reconnect.max = longest;
    world_.spawn<actors::PgWriteStore>(actors::PgWriteStoreOptions{link, "test"});
  }

  /// Lets an attempt fail, moves time until the next one begins, and returns how long that took.
  milliseconds wait_for_next() {
    ++made_;
    REQUIRE(world_.run_until([&] { return proxy_.accepted() >= made_ && !attempting(); }));
    CHECK(proxy_.accepted() == made_);
    const auto start = world_.clock().now();
    // One handler at a time: else an attempt may begin and fail unnoticed.
    auto& io = world_.loop().io();
    while (!attempting()) {
      io.restart();
      if (io.poll_one() == 0) world_.clock().run_one_until(world_.clock().next());
    }
    return std::chrono::duration_cast<milliseconds>(world_.clock().now() - start);
  }
  const LogBook& log() const { return log_; }

 private:
  // The timeout of an attempt: so long that its timer is recognized, and never fires.
  static constexpr milliseconds one_attempt = 24h;

  // No other timer is due so late.
  bool attempting() { return world_.clock().last() - world_.clock().now() > one_attempt / 2; }

  const TcpProxy& proxy_;
  int made_ = 0;
  LogBook log_;
  ActorWorld world_;
};

TEST_CASE(
    "a refused connection is retried after the longest delay at least, and twice that at most",
    "[threads]") {
  TcpProxy proxy(shared_cluster().port());
  ReconnectingStore store(proxy, "there_is_no_such_database", "postgres");
  for (int i = 0; i < attempts; ++i) {
    const auto waited = store.wait_for_next();
    CHECK(waited >= longest);
    CHECK(waited <= 2 * longest);
  }
  CHECK(store.log().lines("") == 1);
}

TEST_CASE("an unreachable server is retried soon at first, and after the longest delay at most",
          "[threads]") {
  TcpProxy proxy(1);  // nobody listens there
  ReconnectingStore store(proxy, "postgres", "postgres");
  CHECK(store.wait_for_next() <= 50ms);
  CHECK(store.wait_for_next() <= 100ms);
  CHECK(store.wait_for_next() <= 200ms);
  for (int i = 0; i < attempts; ++i) CHECK(store.wait_for_next() <= longest);
  CHECK(store.log().lines("") == 1);
}

}  // namespace
}  // namespace rollcall::tests
