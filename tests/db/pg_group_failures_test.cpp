// One write of a group fails, at each position in the group and for each reason in PostgreSQL: the
// other writes are applied.
#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "db/postgres/database.hpp"
#include "tests/db/store_fixture.hpp"
#include "tests/support/postgres/cluster.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

/// A reason why a write fails. The name that the write sets makes a trigger fail; for some reasons
/// another session holds the row or the e-mail instead.
struct Reason {
  std::string name;
  ErrorCode code;
};

const std::vector<Reason> reasons{{"Locked", ErrorCode::user_locked},
                                  {"E-mail held", ErrorCode::user_locked},
                                  {"Duplicate", ErrorCode::email_taken},
                                  {"Raise", ErrorCode::storage_unavailable},
                                  {"Deferred", ErrorCode::storage_unavailable},
                                  {"Slow", ErrorCode::storage_unavailable},
                                  {"Serialization", ErrorCode::storage_unavailable}};

constexpr const char* failing_triggers = R"(
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.name = 'Duplicate' THEN RAISE unique_violation; END IF;
  IF NEW.name = 'Raise' THEN RAISE 'not today'; END IF;
  IF NEW.name = 'Slow' THEN PERFORM pg_sleep(60); END IF;
  IF NEW.name = 'Serialization' THEN RAISE serialization_failure; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fail BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION fail();
CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.name = 'Deferred' THEN RAISE check_violation; END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fail_at_commit AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION fail_at_commit();
)";

class FailingDatabase final : public Engine {
 public:
  Stores start(ActorWorld& world) override {
    REQUIRE(db::prepare_postgres(target(), patience).has_value());
    database_.client().execute(failing_triggers);
    actors::PgLinkOptions link{target(), "rollcall write"};
    link.handshake.statement_timeout = 200ms;
    return {world.spawn<actors::PgReadStore>(actors::PgReadStoreOptions{link}),
            world.spawn<actors::PgWriteStore>(actors::PgWriteStoreOptions{link, "test"})};
  }
  void execute(const std::string& sql) override { database_.client().execute(sql); }
  const PgDatabase& database() const { return database_; }

 private:
  db::PgTarget target() const { return db::PgTarget::parse(database_.url()).value(); }

  PgDatabase database_;
};

/// Users 1 to 5, and a session that has inserted user 9's e-mail and not committed.
struct FailingGroup {
  FailingDatabase* engine = nullptr;
  StoreFixture fixture{{"PostgreSQL", [this] {
                          auto made = std::make_unique<FailingDatabase>();
                          engine = made.get();
                          return made;
                        }}};
  PgClient other{engine->database().url()};
  PgClient listener{engine->database().url()};

  FailingGroup() {
    for (int i = 1; i <= 5; ++i) fixture.create("Guest " + std::to_string(i));
    other.execute(
        "BEGIN; INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
        "VALUES ('Other', 'held@example.org', 'held@example.org', 1, 0, 0)");
    listener.execute("LISTEN rollcall");
  }
  Change change(int index, const Reason* reason) {
    const auto id = user_id(index + 1);
    if (reason == nullptr) return PatchUser{id, {user_name("New"), {}}, {}};
    if (reason->name == "E-mail held") {
      return PatchUser{id, {std::nullopt, std::optional<Email>(e_mail("held@example.org"))}, {}};
    }
    if (reason->name == "Locked") {
      other.execute("SELECT 1 FROM users WHERE id = " + std::to_string(index + 1) + " FOR UPDATE");
    }
    return PatchUser{id, {user_name(reason->name), {}}, {}};
  }
};

/// Sends a group with one write for each reason (null: a write that succeeds), and checks each
/// reply, the stored users and the notifications to other nodes.
void check_group(const std::vector<const Reason*>& group) {
  FailingGroup f;
  std::vector<Change> changes;
  for (std::size_t i = 0; i < group.size(); ++i) {
    changes.push_back(f.change(static_cast<int>(i), group[i]));
  }
  const auto replies = f.fixture.write_group(changes);
  std::string payload;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto id = static_cast<std::int64_t>(i + 1);
    INFO("write " << i << ", " << (group[i] != nullptr ? group[i]->name : "good"));
    if (group[i] == nullptr) {
      CHECK(replies[i].has_value());
      payload += (payload.empty() ? "test " : ",") + std::to_string(id);
    } else {
      CHECK(code_of(replies[i]) == group[i]->code);
    }
    CHECK(f.fixture.user(id)->version == (group[i] == nullptr ? 2 : 1));
  }
  const auto expected = payload.empty() ? std::vector<std::string>{} : std::vector{payload};
  CHECK(f.listener.notifications() == expected);
}

TEST_CASE("a write of a group that fails, at any place and for any reason, fails alone") {
  const auto reason = GENERATE(from_range(reasons));
  const auto places = GENERATE(
      values<std::vector<std::size_t>>({{0}, {2}, {4}, {0, 4}, {1, 2, 3}, {0, 1, 2, 3, 4}}));
  std::string shown = reason.name + " at";
  for (const auto place : places) shown += " " + std::to_string(place);
  INFO(shown);
  std::vector<const Reason*> group(5, nullptr);
  for (const auto place : places) group[place] = &reason;
  check_group(group);
}

TEST_CASE("a group of one write that fails is answered") {
  const auto reason = GENERATE(from_range(reasons));
  INFO(reason.name);
  check_group({&reason});
}

TEST_CASE("writes of a group that fail for several reasons at once fail alone") {
  const auto first = GENERATE(from_range(reasons));
  const auto last = GENERATE(from_range(reasons));
  INFO(first.name << " and " << last.name);
  check_group({&first, nullptr, &last, nullptr, &first});
}

}  // namespace
}  // namespace rollcall::tests
