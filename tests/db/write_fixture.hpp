// Writes through the write sequencer, as in the daemon, on a PostgreSQL that other sessions use
// too.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/directory/invalidation_feed.hpp"
#include "actors/directory/write_sequencer.hpp"
#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "db/postgres/database.hpp"
#include "tests/db/store_fixture.hpp"
#include "tests/support/postgres/cluster.hpp"

namespace rollcall::tests {

/// The stores and the write sequencer on a database of their own. Virtual time follows real time,
/// but only inside `run_until`.
class WriteFixture {
 public:
  using Asked = std::shared_ptr<tests::Asked<actors::WriteUserReply>>;

  explicit WriteFixture(PgCluster& cluster = shared_cluster()) : database_(cluster) {
    const auto target = db::PgTarget::parse(database_.url()).value();
    REQUIRE(db::prepare_postgres(target, patience).has_value());
    start(database_.url());
  }
  /// Starts the stores on this URL (with another role, say); earlier ones get no more requests.
  void start(const std::string& url) {
    actors::PgLinkOptions link{db::PgTarget::parse(url).value(), "rollcall write"};
    link.connect_timeout = patience;
    writes_ = world_.spawn_as<actors::PgWriteStore>({"writer"},
                                                    actors::PgWriteStoreOptions{link, "test"});
    feed_ = world_.spawn<actors::InvalidationFeed>(std::vector<actors::UserLookupHandle>{});
    sequencer_ =
        world_.spawn<actors::WriteSequencer>(actors::WriteSequencerOptions{}, writes_, feed_);
  }

  const PgDatabase& database() const { return database_; }
  ActorWorld& world() { return world_; }
  const LogBook& log() const { return log_; }

  /// Sends a write. All writes that are sent before the world runs are one group.
  Asked send(Change change, std::chrono::milliseconds patience_of_client = std::chrono::hours{1}) {
    return world_.ask_later(sequencer_,
                            actors::WriteUser{std::move(change), world_.in(patience_of_client)});
  }
  template <class Done>
  void run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    auto last = std::chrono::steady_clock::now();
    while (!done()) {
      const auto now = std::chrono::steady_clock::now();
      if (now > end) FAIL("what is waited for does not happen");
      world_.advance(now - last);
      last = now;
    }
  }
  actors::WriteUserReply reply_to(const Asked& asked) {
    run_until([&] { return !asked->open(); });
    REQUIRE(asked->reply.has_value());
    return *asked->reply;
  }
  actors::WriteUserReply write(Change change) { return reply_to(send(std::move(change))); }
  std::int64_t create(std::string_view name) {
    const auto created = write(new_user(name));
    REQUIRE(created.has_value());
    return (*created)->id.value();
  }
  actors::ProbeReply probe() {
    const auto asked = world_.ask_later(writes_, actors::Probe{world_.in(std::chrono::hours{1})});
    run_until([&] { return !asked->open(); });
    REQUIRE(asked->reply.has_value());
    return *asked->reply;
  }
  /// What the probe reports as wrong; empty where the store serves.
  std::string trouble() {
    const auto state = probe();
    return state ? std::string() : state.error().detail;
  }

 private:
  LogBook log_;
  PgDatabase database_;
  ActorWorld world_;
  actors::WriteStoreHandle writes_;
  actors::InvalidationFeedHandle feed_;
  actors::WriteSequencerHandle sequencer_;
};

inline Change rename(std::int64_t id, std::string_view name, Precondition precondition = {}) {
  return PatchUser{user_id(id), {user_name(name), std::nullopt}, std::move(precondition)};
}
inline Change give_email(std::int64_t id, std::string_view email) {
  return PatchUser{user_id(id), {std::nullopt, std::optional<Email>(e_mail(email))}, {}};
}

}  // namespace rollcall::tests
