// An older program and a newer one on the same database. Migration 0004, which records the ids of
// deleted users, is the first one that affects a running system.
#include <array>

#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/schema.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_book.hpp"
#include "tests/support/postgres/cluster.hpp"
#include "tests/support/sample_users.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;
using Migrations = std::span<const db::Migration>;

// The migrations known to the last program that did not record deletions.
Migrations known_before() { return db::migrations().first(3); }

// The migrations of a later program, which removes what older programs need.
Migrations known_later() {
  static const auto all = [] {
    std::vector<db::Migration> later(db::migrations().begin(), db::migrations().end());
    const int version = static_cast<int>(later.size()) + 1;
    later.push_back({version, "contract", version, "SELECT 1", "SELECT 1"});
    return later;
  }();
  return all;
}

/// The stores of programs of different versions. Sends requests to them as the program does.
class Programs {
  // Declared first, since its return type is deduced.
  template <class Store, class Options>
  auto spawn(const std::string& name, Options options) {
    return world_.spawn_as<Store>(actors::Lifecycle{name}, std::move(options));
  }
  template <class Handle, class Message>
  auto ask(const Handle& handle, Message message) {
    auto asked = world_.ask_later(handle, std::move(message));
    REQUIRE(world_.run_until([&] { return !asked->open(); }));
    REQUIRE(asked->reply.has_value());
    return std::move(*asked->reply);
  }

 public:
  struct Node {
    actors::ReadStoreHandle reads;
    actors::WriteStoreHandle writes;
  };

  Node start(const actors::PgLinkOptions& link, const std::string& name) {
    Node node;
    node.writes = spawn<actors::PgWriteStore>(name, actors::PgWriteStoreOptions{link, name});
    ask(node.writes, actors::Probe{soon()});  // a read store does not migrate
    node.reads = spawn<actors::PgReadStore>(name, actors::PgReadStoreOptions{link});
    return node;
  }
  Node start(const actors::SqliteStoreOptions& options, const std::string& name) {
    return {spawn<actors::SqliteReadStore>(name, options),
            spawn<actors::SqliteWriteStore>(name, options)};
  }
  void stop(Node& node) {
    caf::anon_send_exit(node.reads, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(node.writes, caf::exit_reason::user_shutdown);
    node = {};
    world_.settle();
  }

  /// Whether both of its stores serve.
  bool serves(const Node& node) {
    return ask(node.writes, actors::Probe{soon()}).has_value() &&
           ask(node.reads, actors::Probe{soon()}).has_value();
  }
  ChangeResult write(const Node& node, const Change& change) {
    auto replies = ask(node.writes, actors::WriteGroup{{{change, soon()}}, at_ms(0)});
    REQUIRE(replies.size() == 1);
    return replies.front();
  }
  std::int64_t create(const Node& node, std::string_view name) {
    const auto created = write(node, new_user(name));
    REQUIRE(created.has_value());
    return (*created)->id.value();
  }
  bool rename(const Node& node, std::int64_t id, std::string_view name) {
    return write(node, PatchUser{user_id(id), user_name(name), {}, {}}).has_value();
  }
  bool remove(const Node& node, std::int64_t id) {
    return write(node, DeleteUser{user_id(id), {}}).has_value();
  }
  /// The names of all users, in the order of their ids, with commas.
  std::string names(const Node& node) {
    const auto page = ask(node.reads, actors::ListUsers{{.limit = 500}, soon()});
    REQUIRE(page.has_value());
    std::string text;
    for (const UserRef& one : page->users) text += (text.empty() ? "" : ",") + one->name.value();
    return text;
  }
  void wait_for_line(const std::string& text) {
    REQUIRE(world_.run_until([&] { return log_.lines(text) > 0; }));
  }

 private:
  actors::Deadline soon() const { return world_.in(2s); }

  LogBook log_;
  ActorWorld world_;
};

/// Programs on one PostgreSQL, each of which knows its own migrations.
class SharedPrograms : public Programs {
 public:
  Node start(Migrations known, const std::string& name) {
    actors::PgLinkOptions link{db::PgTarget::parse(database_.url()).value(), name};
    link.handshake.known = known;
    return Programs::start(link, name);
  }
  std::int64_t version() const { return number("SELECT max(version) FROM schema_migrations"); }
  std::int64_t number(const std::string& sql) const { return database_.client().number(sql); }

 private:
  PgDatabase database_;
};

TEST_CASE("an older program keeps running beside a newer one that has migrated, and both write") {
  SharedPrograms world;
  const auto old = world.start(known_before(), "old");
  REQUIRE(world.serves(old));
  CHECK(world.version() == 3);
  const auto ada = world.create(old, "Ada");
  const auto bob = world.create(old, "Bob");

  const auto fresh = world.start(db::migrations(), "new");
  REQUIRE(world.serves(fresh));
  CHECK(world.version() == static_cast<std::int64_t>(db::migrations().size()));
  world.create(fresh, "Cyd");
  world.create(old, "Dee");
  CHECK(world.names(old) == "Ada,Bob,Cyd,Dee");
  CHECK(world.names(fresh) == "Ada,Bob,Cyd,Dee");
  CHECK(world.rename(old, ada, "Eve"));
  CHECK(world.remove(old, bob));
  CHECK(world.names(fresh) == "Eve,Cyd,Dee");
  CHECK(world.number("SELECT id FROM deleted_users") == bob);
}

TEST_CASE("an older program may be started again after a newer one has migrated, and both write") {
  SharedPrograms world;
  auto old = world.start(known_before(), "old");
  const auto ada = world.create(old, "Ada");
  const auto fresh = world.start(db::migrations(), "new");
  const auto bob = world.create(fresh, "Bob");
  const auto version = world.version();

  world.stop(old);
  old = world.start(known_before(), "old again");
  REQUIRE(world.serves(old));
  CHECK(world.version() == version);
  CHECK(world.names(old) == "Ada,Bob");
  world.create(old, "Cyd");
  world.create(fresh, "Dee");
  CHECK(world.rename(old, bob, "Ben"));
  CHECK(world.rename(fresh, ada, "Eve"));
  const auto stale = PatchUser{user_id(ada), user_name("Lost"), {}, if_version(1)};
  CHECK_FALSE(world.write(old, stale).has_value());
  CHECK(world.names(old) == "Eve,Ben,Cyd,Dee");
  CHECK(world.names(fresh) == "Eve,Ben,Cyd,Dee");
  CHECK(world.remove(old, bob));
  CHECK(world.names(fresh) == "Eve,Cyd,Dee");
  CHECK(world.number("SELECT id FROM deleted_users") == bob);
}

TEST_CASE("a program that is too old for a migration is refused with a line that says so") {
  SharedPrograms world;
  auto old = world.start(db::migrations(), "old");
  world.create(old, "Ada");
  const auto later = world.start(known_later(), "new");
  REQUIRE(world.serves(later));
  world.stop(old);
  old = world.start(db::migrations(), "old again");
  CHECK_FALSE(world.serves(old));
  CHECK_FALSE(world.write(old, new_user("Bob")).has_value());
  const auto known = std::to_string(db::migrations().size());
  world.wait_for_line("which needs a Rollcall that knows version " +
                      std::to_string(known_later().size()) + "; this one knows " + known +
                      ": install a newer Rollcall");
  world.create(later, "Cyd");
  CHECK(world.names(later) == "Ada,Cyd");
}

TEST_CASE("on SQLite an older program may be started again after a newer one has migrated") {
  const TempDir folder;
  const auto path = folder / "users.db";
  write_file(path, "");
  const auto start_old = [&] {
    auto file = db::SqliteConnection::open(path, db::OpenMode::read_write, 0ms);
    REQUIRE(file.has_value());
    REQUIRE(file->query_text("PRAGMA journal_mode = WAL") == "wal");
    return db::migrate(*file, known_before(), at_ms(0));
  };
  Programs world;
  REQUIRE(start_old().has_value());
  auto node = world.start(actors::SqliteStoreOptions{path}, "old");
  world.create(node, "Ada");
  const auto bob = world.create(node, "Bob");
  world.stop(node);

  REQUIRE(db::SqliteDatabase::prepare(path).has_value());
  node = world.start(actors::SqliteStoreOptions{path}, "new");
  world.create(node, "Cyd");
  world.stop(node);

  const int newest = static_cast<int>(db::migrations().size());
  CHECK(start_old() == db::MigrationReport{newest, newest, {}});
  node = world.start(actors::SqliteStoreOptions{path}, "old again");
  REQUIRE(world.serves(node));
  CHECK(world.remove(node, bob));
  world.create(node, "Dee");
  CHECK(world.names(node) == "Ada,Cyd,Dee");
  CHECK(SqliteFile(path).number("SELECT id FROM deleted_users") == bob);
}

}  // namespace
}  // namespace rollcall::tests
