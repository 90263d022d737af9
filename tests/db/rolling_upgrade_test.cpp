// An older program and a newer one on the same database. The older one is the last that did not
// know usernames, external ids, closed accounts and attributes: it leaves their columns out.
#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/schema.hpp"
#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"
#include "tests/db/old_program.hpp"
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
    return write(node, PatchUser{user_id(id), {user_name(name), {}}, {}}).has_value();
  }
  UserRef user(const Node& node, std::int64_t id) {
    const auto found = ask(node.reads, actors::FindUsers{{user_id(id)}, soon()});
    REQUIRE(found.has_value());
    REQUIRE(found->size() == 1);
    return found->front();
  }
  /// The names of all users, in the order of their ids, with commas.
  std::string names(const Node& node) {
    const auto page = ask(node.reads, actors::ListUsers{PageQuery{.limit = 500}, soon()});
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
  OldProgram start_old() const { return OldProgram(database_.url()); }
  std::int64_t version() const { return number("SELECT max(version) FROM schema_migrations"); }
  std::int64_t number(const std::string& sql) const { return database_.client().number(sql); }

 private:
  PgDatabase database_;
};

/// A user with the fields that the older program does not know.
CreateUser newer_user(std::string_view name) {
  CreateUser create = new_user(name);
  create.fields.username = Username::parse(name).value();
  create.fields.external_id = ExternalId::parse(name).value();
  create.fields.active = false;
  create.fields.attributes = Attributes::parse(R"({"n":1.0})").value();
  return create;
}

TEST_CASE("an older program keeps running beside a newer one that has migrated, and both write") {
  SharedPrograms world;
  auto old = world.start_old();
  CHECK(world.version() == newest_before);
  const auto ada = old.create("Ada");
  const auto bob = old.create("Bob", "bob@example.org");

  const auto fresh = world.start(db::migrations(), "new");
  REQUIRE(world.serves(fresh));
  CHECK(world.version() == static_cast<std::int64_t>(db::migrations().size()));
  world.create(fresh, "Cyd");
  const auto dee = old.create("Dee");
  CHECK(old.create("Bob", "bob@example.org") == 0);
  CHECK(old.names() == "Ada,Bob,Cyd,Dee");
  CHECK(world.names(fresh) == "Ada,Bob,Cyd,Dee");
  CHECK(world.user(fresh, dee)->fields() == UserFields{user_name("Dee"), std::nullopt});
  CHECK(old.rename(ada, "Eve") == ada);
  CHECK(old.remove(bob) == bob);
  CHECK(world.names(fresh) == "Eve,Cyd,Dee");
  CHECK(world.number("SELECT id FROM deleted_users") == bob);
}

TEST_CASE("what an older program writes is in the log of changes") {
  SharedPrograms world;
  auto old = world.start_old();
  old.create("Before");
  const auto fresh = world.start(db::migrations(), "new");
  REQUIRE(world.serves(fresh));
  const auto ada = old.create("Ada");
  world.rename(fresh, ada, "Eve");
  old.rename(ada, "Ada");
  old.remove(ada);
  CHECK(world.number("SELECT count(*) FROM changes WHERE user_id = 1") == 0);
  CHECK(world.number("SELECT count(*) FROM changes WHERE user_id = " + std::to_string(ada)) == 4);
  CHECK(world.number("SELECT version FROM changes ORDER BY seq DESC LIMIT 1") == 3);
}

TEST_CASE("what an older program writes leaves the fields that it does not know") {
  SharedPrograms world;
  auto old = world.start_old();
  const auto fresh = world.start(db::migrations(), "new");
  const auto created = world.write(fresh, newer_user("Ada"));
  REQUIRE(created.has_value());
  const auto id = (*created)->id.value();
  CHECK(old.rename(id, "Eve") == id);
  auto expected = newer_user("Ada").fields;
  expected.name = user_name("Eve");
  CHECK(world.user(fresh, id)->fields() == expected);
}

TEST_CASE("an older program may be started again after a newer one has migrated, and both write") {
  SharedPrograms world;
  const auto ada = world.start_old().create("Ada");
  const auto fresh = world.start(db::migrations(), "new");
  const auto bob = world.create(fresh, "Bob");
  const auto version = world.version();

  auto old = world.start_old();
  CHECK(world.version() == version);
  CHECK(old.names() == "Ada,Bob");
  old.create("Cyd");
  world.create(fresh, "Dee");
  CHECK(old.rename(bob, "Ben") == bob);
  CHECK(world.rename(fresh, ada, "Eve"));
  CHECK(old.rename(ada, "Lost", 1) == 0);
  CHECK(old.names() == "Eve,Ben,Cyd,Dee");
  CHECK(world.names(fresh) == "Eve,Ben,Cyd,Dee");
  CHECK(old.remove(bob) == bob);
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
  db::Prepared<before::add_user> add_user;
  db::Prepared<before::rename_user> rename_user;
  db::Prepared<before::remove_user> remove_user;
  const auto start_old = [&](const db::MigrationReport& expected) {
    auto file = db::SqliteConnection::open(path, db::OpenMode::read_write, 0ms);
    REQUIRE(file.has_value());
    REQUIRE(file->query_text("PRAGMA journal_mode = WAL") == "wal");
    CHECK(db::migrate(*file, known_before(), at_ms(0)) == expected);
    REQUIRE(db::prepare_all(*file, add_user, rename_user, remove_user).has_value());
    return std::move(*file);
  };
  {
    const auto old = start_old(db::missing_migrations(0, known_before()));
    CHECK(add_user.execute("Ada", {}, {}).has_value());
    CHECK(add_user.execute("Bob", {}, {}).has_value());
    add_user = {}, rename_user = {}, remove_user = {};
  }
  REQUIRE(db::SqliteDatabase::prepare(path).has_value());
  Programs world;
  auto node = world.start(actors::SqliteStoreOptions{path}, "new");
  REQUIRE(world.write(node, newer_user("Cyd")).has_value());
  world.stop(node);
  {
    const int newest = static_cast<int>(db::migrations().size());
    const auto old = start_old({newest, newest, {}});
    CHECK(remove_user.execute(2).has_value());
    CHECK(rename_user.execute("Eve", 3, {}).has_value());
    CHECK(add_user.execute("Dee", {}, {}).has_value());
    add_user = {}, rename_user = {}, remove_user = {};
  }
  node = world.start(actors::SqliteStoreOptions{path}, "new again");
  CHECK(world.names(node) == "Ada,Eve,Dee");
  CHECK(world.user(node, 3)->username == Username::parse("Cyd").value());
  CHECK(SqliteFile(path).number("SELECT id FROM deleted_users") == 2);
}

}  // namespace
}  // namespace rollcall::tests
