// Groups of writes on PostgreSQL beside other programs that write: what fails, fails alone.
#include "actors/pg_read_store.hpp"
#include "actors/pg_write_store.hpp"
#include "db/pg_database.hpp"
#include "tests/db/store_desk.hpp"
#include "tests/support/pg_cluster.hpp"

namespace rollcall::tests {
namespace {

/// The program's stores on a database that the test can also touch from outside.
struct SharedDatabase {
  PgDatabase database;
  std::optional<StoreDesk> desk;

  SharedDatabase() {
    REQUIRE(db::prepare_postgres(target(), patience).has_value());
    desk.emplace(EngineEntry{"PostgreSQL", [this] { return std::make_unique<Here>(target()); }});
  }
  db::PgTarget target() const { return db::PgTarget::parse(database.url()).value(); }

  /// Sends a group and runs until the server makes it wait for a lock of somebody else's.
  auto send_into_lock(std::vector<Change> changes) {
    actors::WriteGroup group{{}, at_ms(5)};
    for (Change& change : changes) group.writes.push_back({std::move(change), desk->deadline()});
    auto asked = desk->world().ask_later(desk->stores().writes, std::move(group));
    auto watcher = database.client();
    desk->world().settle();
    while (watcher.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
      desk->world().settle();
    }
    return asked;
  }
  template <class Asked>
  actors::WriteGroupReply reply_to(const Asked& asked) {
    REQUIRE(desk->world().run_until([&] { return !asked->open(); }));
    return asked->reply.value();
  }

 private:
  class Here final : public Engine {
   public:
    explicit Here(db::PgTarget target) : target_(std::move(target)) {}
    Stores start(ActorWorld& world) override {
      const actors::PgLinkOptions link{target_, "rollcall test"};
      return {world.spawn<actors::PgReadStore>(actors::PgReadStoreOptions{link}),
              world.spawn<actors::PgWriteStore>(actors::PgWriteStoreOptions{link, "test"})};
    }

   private:
    db::PgTarget target_;
  };
};

constexpr const char* insert_ada =
    "BEGIN; INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
    "VALUES ('Other', 'ada@example.org', 'ada@example.org', 1, 0, 0)";

Change give_email(std::int64_t id, std::string_view email) {
  return PatchUser{user_id(id), std::nullopt, std::optional<Email>(e_mail(email)), {}};
}

TEST_CASE("an e-mail that another node takes meanwhile fails alone in its group") {
  SharedDatabase f;
  const auto bob = f.desk->create("Bob");
  auto other = f.database.client();
  other.execute(insert_ada);
  const auto asked =
      f.send_into_lock({new_user("Cyd"), give_email(bob, "ada@example.org"), new_user("Dee")});
  other.execute("COMMIT");
  const auto replies = f.reply_to(asked);
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::email_taken);
  CHECK(replies[2].has_value());
  CHECK(f.desk->names() == "Bob,Other,Cyd,Dee");
  CHECK(f.desk->user(bob)->version == 1);
}

TEST_CASE("a create whose e-mail another node gives up again succeeds") {
  SharedDatabase f;
  auto other = f.database.client();
  other.execute(insert_ada);
  const auto asked = f.send_into_lock({new_user("Ada", "ada@example.org")});
  other.execute("ROLLBACK");
  CHECK(f.reply_to(asked)[0].has_value());
}

TEST_CASE("a row that somebody keeps locked fails its own write, not its neighbours'") {
  SharedDatabase f;
  const auto locked = f.desk->create("Ada");
  const auto free = f.desk->create("Bob");
  auto other = f.database.client();
  other.execute("BEGIN; SELECT 1 FROM users WHERE id = " + std::to_string(locked) + " FOR UPDATE");
  const auto asked =
      f.send_into_lock({PatchUser{user_id(free), user_name("Bea"), {}, {}},
                        PatchUser{user_id(locked), user_name("Eve"), {}, {}}, new_user("Cyd")});
  const auto replies = f.reply_to(asked);
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::storage_unavailable);
  CHECK(replies[2].has_value());
  other.execute("ROLLBACK");
  CHECK(f.desk->user(locked)->name == user_name("Ada"));
  CHECK(f.desk->user(free)->name == user_name("Bea"));
}

TEST_CASE("the version is compared with what another node has just committed") {
  SharedDatabase f;
  const auto ada = f.desk->create("Ada");
  auto other = f.database.client();
  other.execute("BEGIN; UPDATE users SET version = 2 WHERE id = " + std::to_string(ada));
  const auto asked = f.send_into_lock(
      {PatchUser{user_id(ada), user_name("Eve"), {}, {VersionSet{false, {1}}, {}}}});
  other.execute("COMMIT");
  CHECK(code_of(f.reply_to(asked)[0]) == ErrorCode::precondition_failed);
  CHECK(f.desk->user(ada)->name == user_name("Ada"));
}

TEST_CASE("a group tells the other nodes of all that it changed, in its transaction") {
  SharedDatabase f;
  auto listener = f.database.client();
  listener.execute("LISTEN rollcall");
  const auto ada = f.desk->create("Ada");
  CHECK(listener.notices() == std::vector<std::string>{"test " + std::to_string(ada)});
  f.desk->write_group({PatchUser{user_id(ada), user_name("Eve"), {}, {}}, new_user("Bob"),
                       PatchUser{user_id(77), user_name("Nobody"), {}, {}}});
  CHECK(listener.notices() == std::vector<std::string>{"test 1,2"});
  CHECK(code_of(f.desk->write(DeleteUser{user_id(77)})) == ErrorCode::user_not_found);
  CHECK(listener.notices().empty());
}

}  // namespace
}  // namespace rollcall::tests
