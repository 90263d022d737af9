// GET /events on PostgreSQL: other writers, and outages.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/events.hpp"
#include "tests/support/postgres/service.hpp"

namespace rollcall::tests {

TEST_CASE("what another node or program writes becomes an event") {
  PgService service(2);
  DaemonProcess other(pg_node(service.database().url()));
  EventStream here(service.daemon().port());
  EventStream there(other.port());
  REQUIRE(here.read_block());
  REQUIRE(there.read_block());
  HttpClient client(other.port());
  const auto ada = create_user(client, "Ada");
  service.database().client().execute("UPDATE users SET version = 2 WHERE id = " +
                                      std::to_string(ada));
  for (auto* stream : {&here, &there}) {
    for (const std::string kind : {"created", "updated"}) {
      const auto event = stream->next();
      REQUIRE(event);
      CHECK(event->type == kind);
      CHECK(Json::parse(event->data).at("user") == ada);
    }
  }
}

TEST_CASE("a stream stays open while the database is down, and goes on when it is back") {
  PgService service;
  EventStream stream(service.daemon().port());
  REQUIRE(stream.read_block());
  service.cluster().crash();
  wait_for_ready(service.daemon().admin_port(), 503);
  auto client = service.connect();
  CHECK(client.get("/events").status == 503);
  CHECK_FALSE(stream.readable());
  service.cluster().start();
  wait_for_every_part(service.daemon().admin_port());
  wait_for_service(client, "/users/7");
  const auto event = stream.next();
  REQUIRE(event);
  CHECK(event->type == "updated");
  CHECK(Json::parse(event->data).at("user") == 7);
}

}  // namespace rollcall::tests
