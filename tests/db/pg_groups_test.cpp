// Writes on PostgreSQL while other programs write too: a write of a locked user waits alone.
#include "tests/db/write_fixture.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

constexpr const char* insert_ada =
    "BEGIN; INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
    "VALUES ('Other', 'ada@example.org', 'ada@example.org', 1, 0, 0)";

std::string lock_of(std::int64_t id) {
  return "BEGIN; SELECT 1 FROM users WHERE id = " + std::to_string(id) + " FOR UPDATE";
}

/// Counts the attempts to change a user in a sequence, which a rollback does not reset.
void count_tries(const PgDatabase& database) {
  database.client().execute(
      "CREATE SEQUENCE tries; CREATE FUNCTION count_try() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN PERFORM nextval(''tries''); RETURN NEW; END'; "
      "CREATE TRIGGER count_try BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION count_try()");
}
std::int64_t tries(const PgDatabase& database) {
  return database.client().number(
      "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM tries");
}

std::string name_of(const PgDatabase& database, std::int64_t id) {
  return database.client().text("SELECT name FROM users WHERE id = " + std::to_string(id));
}

TEST_CASE("an e-mail that another node takes meanwhile fails alone, after the rest of its group") {
  WriteFixture f;
  const auto bob = f.create("Bob");
  auto other = f.database().client();
  other.execute(insert_ada);
  const auto before = f.send(new_user("Cyd"));
  const auto contended = f.send(give_email(bob, "ada@example.org"));
  const auto after = f.send(new_user("Dee"));
  CHECK(f.reply_to(before).has_value());
  CHECK(f.reply_to(after).has_value());
  CHECK(contended->open());
  other.execute("COMMIT");
  CHECK(code_of(f.reply_to(contended)) == ErrorCode::email_taken);
  CHECK(name_of(f.database(), bob) == "Bob");
}

TEST_CASE("a create whose e-mail another node releases again succeeds") {
  WriteFixture f;
  auto other = f.database().client();
  other.execute(insert_ada);
  const auto create = f.send(new_user("Ada", "ada@example.org"));
  CHECK(f.reply_to(f.send(new_user("Bob"))).has_value());
  CHECK(create->open());
  other.execute("ROLLBACK");
  CHECK(f.reply_to(create).has_value());
}

TEST_CASE("while a user is locked and retried, writes of others succeed at the first attempt") {
  WriteFixture f;
  const auto locked = f.create("Ada");
  const auto free = f.create("Bob");
  count_tries(f.database());
  auto other = f.database().client();
  other.execute(lock_of(locked));
  std::vector<WriteFixture::Asked> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(f.send(rename(locked, "Waits " + std::to_string(i))));
    const auto neighbour = f.send(rename(free, "Neighbour " + std::to_string(i)));
    CHECK(f.reply_to(neighbour).has_value());
    CHECK(tries(f.database()) == i + 1);
  }
  for (const auto& asked : waiting) CHECK(asked->open());
  CHECK(f.log().lines("another transaction keeps user " + std::to_string(locked)) >= 1);
  other.execute("ROLLBACK");
  std::int64_t version = 1;
  for (const auto& asked : waiting) {
    const auto reply = f.reply_to(asked);
    REQUIRE(reply.has_value());
    CHECK((*reply)->version == ++version);
  }
  CHECK(name_of(f.database(), locked) == "Waits 19");
}

TEST_CASE("writes of one user keep their order, whatever the first of them waits for") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  auto other = f.database().client();
  const bool by_email = GENERATE(true, false);
  other.execute(by_email ? insert_ada : lock_of(ada));
  const auto first = f.send(give_email(ada, "ada@example.org"));
  const auto second = f.send(rename(ada, "Second"));
  CHECK(f.reply_to(f.send(new_user("Bob"))).has_value());
  const auto third = f.send(rename(ada, "Third"));
  CHECK(f.reply_to(f.send(new_user("Cyd"))).has_value());
  CHECK((first->open() && second->open() && third->open()));
  other.execute("ROLLBACK");
  CHECK((*f.reply_to(first))->version == 2);
  CHECK((*f.reply_to(second))->version == 3);
  CHECK((*f.reply_to(third))->version == 4);
  CHECK(name_of(f.database(), ada) == "Third");
}

TEST_CASE("a write whose user stays locked is refused at its deadline, and not applied") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  auto other = f.database().client();
  other.execute(lock_of(ada));
  CHECK(code_of(f.reply_to(f.send(rename(ada, "Eve"), 100ms))) == ErrorCode::user_locked);
  CHECK(f.trouble().empty());
  other.execute("ROLLBACK");
  CHECK(f.reply_to(f.send(new_user("Bob"))).has_value());
  CHECK(name_of(f.database(), ada) == "Ada");
}

TEST_CASE("the version is compared with what another node has just committed") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  auto other = f.database().client();
  other.execute("BEGIN; UPDATE users SET version = 2 WHERE id = " + std::to_string(ada));
  const auto asked = f.send(rename(ada, "Eve", {VersionSet{false, {1}}, {}}));
  CHECK(f.reply_to(f.send(new_user("Bob"))).has_value());
  CHECK(asked->open());
  other.execute("COMMIT");
  CHECK(code_of(f.reply_to(asked)) == ErrorCode::precondition_failed);
  CHECK(name_of(f.database(), ada) == "Ada");
}

TEST_CASE("the date is compared with what another node has just committed") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  constexpr std::int64_t second = 4'000'000'000;
  auto other = f.database().client();
  other.execute("BEGIN; UPDATE users SET updated_at = " + std::to_string(second * 1'000) +
                " WHERE id = " + std::to_string(ada));
  const auto early = f.send(rename(ada, "Eve", if_unmodified_since(second)));
  const auto late = f.send(rename(ada, "Adele", if_unmodified_since(second + 1)));
  CHECK(f.reply_to(f.send(new_user("Bob"))).has_value());
  CHECK(early->open());
  other.execute("COMMIT");
  CHECK(code_of(f.reply_to(early)) == ErrorCode::precondition_failed);
  CHECK(f.reply_to(late).has_value());
  CHECK(name_of(f.database(), ada) == "Adele");
}

TEST_CASE("a group notifies the other nodes of all its changes, in its transaction") {
  WriteFixture f;
  auto listener = f.database().client();
  listener.execute("LISTEN rollcall");
  const auto ada = f.create("Ada");
  CHECK(listener.notifications() == std::vector<std::string>{"test " + std::to_string(ada)});
  const auto renamed = f.send(rename(ada, "Eve"));
  const auto created = f.send(new_user("Bob"));
  const auto nobody = f.send(rename(77, "Nobody"));
  CHECK(f.reply_to(renamed).has_value());
  CHECK(f.reply_to(created).has_value());
  CHECK(code_of(f.reply_to(nobody)) == ErrorCode::user_not_found);
  std::string payloads;
  for (const auto& payload : listener.notifications()) payloads += payload + ";";
  CHECK((payloads == "test 1,2;" || payloads == "test 1;test 2;"));
  CHECK(code_of(f.write(DeleteUser{user_id(77)})) == ErrorCode::user_not_found);
  CHECK(listener.notifications().empty());
}

}  // namespace
}  // namespace rollcall::tests
