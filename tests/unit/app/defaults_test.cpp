// The defaults of config/settings.hpp equal those of the options of actors and HTTP server. So a
// test that leaves an option out runs with the default of the daemon.
#include "actors/directory/user_lookup.hpp"
#include "actors/directory/write_sequencer.hpp"
#include "actors/runtime/supervisor.hpp"
#include "actors/stores/postgres/invalidation_feed.hpp"
#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "actors/stores/sqlite/link.hpp"
#include "config/settings.hpp"
#include "http/api/router.hpp"
#include "http/server/connections.hpp"
#include "http/server/listener.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {

TEST_CASE("the actors' options have the defaults of the settings") {
  const config::Settings settings;
  const actors::UserLookupOptions lookup;
  CHECK(lookup.cache_entries == settings.lookup.cache_entries);
  CHECK(lookup.batch_max == settings.lookup.batch_max);
  CHECK(lookup.batches_in_flight == settings.lookup.batches_in_flight);
  CHECK(lookup.stale_if_error == settings.lookup.stale_if_error);
  CHECK(actors::WriteSequencerOptions{}.group_max == settings.writes.group_max);
  CHECK(actors::SupervisorOptions{}.max_restarts == settings.supervision.max_restarts);
  CHECK(actors::SupervisorOptions{}.window == settings.supervision.window);
  CHECK(actors::ReconnectOptions{}.min == settings.database.reconnect_min);
  CHECK(actors::ReconnectOptions{}.max == settings.database.reconnect_max);
  const actors::SqliteStoreOptions sqlite;
  CHECK(sqlite.statement_timeout == settings.database.statement_timeout);
  CHECK(sqlite.keep_changes == settings.changes.keep);
  const actors::PgLinkOptions link{{}, ""};
  CHECK(link.connect_timeout == settings.database.connect_timeout);
  CHECK(link.statement_timeout == settings.database.statement_timeout);
  CHECK(link.handshake.statement_timeout == settings.database.statement_timeout);
  CHECK(actors::PgReadStoreOptions{link}.connections == settings.database.connections_per_loop);
  CHECK(actors::PgWriteStoreOptions{link, ""}.keep_changes == settings.changes.keep);
  CHECK(actors::PgReadStoreOptions{link}.pipeline_depth == settings.database.pipeline_depth);
  const actors::PgInvalidationFeedOptions feed{link, ""};
  CHECK(feed.heartbeat == settings.invalidation.heartbeat);
  CHECK(feed.timeout == settings.invalidation.timeout);
}

TEST_CASE("the HTTP server's options have the defaults of the settings") {
  const config::Http settings;
  const http::RequestLimits limits;
  CHECK(limits.max_body_bytes == settings.max_body_bytes);
  CHECK(limits.max_target_bytes == settings.max_target_bytes);
  CHECK(limits.max_field_bytes == settings.max_field_bytes);
  CHECK(limits.max_fields == settings.max_fields);
  CHECK(limits.max_head_bytes == settings.max_head_bytes);
  const http::ConnectionOptions connections;
  CHECK(connections.max_pipelined == settings.max_pipelined);
  CHECK(connections.head_timeout == settings.head_timeout);
  CHECK(connections.idle_timeout == settings.idle_timeout);
  CHECK(connections.write_timeout == settings.write_timeout);
  CHECK(connections.request_timeout == settings.request_timeout);
  CHECK(http::RouterOptions{}.request_timeout == settings.request_timeout);
  CHECK(http::RouterOptions{}.max_in_flight == settings.max_in_flight_per_loop);
  CHECK(http::ListenerOptions{}.max_connections == settings.max_connections);
  CHECK(http::LoopState{}.max_buffered == settings.max_buffered_mib << 20U);
}

}  // namespace rollcall::tests
