// The payloads of notifications between nodes: packed under PostgreSQL's limit, and read back.
#include "db/postgres/notifications.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

std::vector<UserId> ids_up_to(std::int64_t lowest, std::size_t count) {
  std::vector<UserId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(UserId::from(lowest + static_cast<std::int64_t>(i)).value());
  }
  return ids;
}

TEST_CASE("a few users are packed into one payload") {
  const auto payloads = db::payloads_of("node", ids_up_to(7, 3));
  CHECK(payloads == std::vector<std::string>{"node 7,8,9"});
  CHECK(db::payloads_of("node", {}).empty());
}

TEST_CASE("every payload stays under PostgreSQL's limit, and none of the users is lost") {
  const auto ids = ids_up_to(INT64_MAX - 9'999, 10'000);
  std::vector<UserId> parsed;
  for (const std::string& payload : db::payloads_of("0123456789abcdef", ids)) {
    CHECK(payload.size() <= 7'900);
    const auto notification = db::parse_payload(payload);
    REQUIRE(notification.has_value());
    CHECK(notification->origin == "0123456789abcdef");
    parsed.insert(parsed.end(), notification->ids.begin(), notification->ids.end());
  }
  CHECK(parsed == ids);
}

TEST_CASE("more users than can be named are sent as everybody") {
  const auto payloads = db::payloads_of("node", ids_up_to(1, 10'001));
  REQUIRE(payloads.size() == 1);
  CHECK(db::parse_payload(payloads.front()) == db::ChangeNotification{"node", {}, true});
}

TEST_CASE("a payload of another program is distinguished from ours") {
  for (const char* payload : {"", " ", "node", "node ", " 7", "node 7,", "node 7,x", "node 0",
                              "node -1", "node **", "node 9223372036854775808"}) {
    CAPTURE(payload);
    CHECK_FALSE(db::parse_payload(payload).has_value());
  }
}

TEST_CASE("a heartbeat names its sender, its number and the table") {
  CHECK(db::parse_heartbeat("node 7 16385") == db::HeartbeatNotification{"node", 7, "16385"});
  CHECK(db::parse_heartbeat("node 7 none") == db::HeartbeatNotification{"node", 7, "none"});
  for (const char* payload : {"", "node", "node 7", " 7 1", "node x 1", "node 7x 1", "node  1"}) {
    CAPTURE(payload);
    CHECK_FALSE(db::parse_heartbeat(payload).has_value());
  }
}

}  // namespace
}  // namespace rollcall::tests
