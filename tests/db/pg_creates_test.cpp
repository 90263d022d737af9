// Many creates in one group on PostgreSQL: how they are sent, and what triggers of other programs
// do to them.
#include <algorithm>

#include "tests/db/write_fixture.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

/// Counts the statements that insert users in a sequence, which a rollback does not reset.
void count_inserts(const PgDatabase& database) {
  database.client().execute(
      "CREATE SEQUENCE inserts; CREATE FUNCTION count_insert() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN PERFORM nextval(''inserts''); RETURN NULL; END'; CREATE TRIGGER count_insert "
      "BEFORE INSERT ON users FOR EACH STATEMENT EXECUTE FUNCTION count_insert()");
}
std::int64_t inserts(const PgDatabase& database) {
  return database.client().number(
      "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM inserts");
}

/// Runs this before each row that is inserted; "RETURN NEW" follows.
void before_insert(const PgDatabase& database, const std::string& action) {
  database.client().execute(
      "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + action +
      " RETURN NEW; END $$; CREATE TRIGGER meddle BEFORE INSERT ON users FOR EACH ROW "
      "EXECUTE FUNCTION meddle()");
}

/// The creates of one group, of which every third has an e-mail of its own, or each one.
struct ManyCreates {
  WriteFixture fixture{};
  std::size_t email_at_each = 3;
  std::vector<std::pair<std::string, WriteFixture::Asked>> sent{};

  void send(const std::string& name) {
    const auto email = "guest" + std::to_string(sent.size()) + "@example.org";
    send(sent.size() % email_at_each == 0 ? new_user(name, email) : new_user(name));
  }
  void send(const CreateUser& create) {
    sent.emplace_back(create.fields.name.value(), fixture.send(create));
  }
  void send_guests(int count) {
    for (int i = 0; i < count; ++i) send("Guest " + std::to_string(sent.size()));
  }
  const PgDatabase& database() const { return fixture.database(); }
  /// Checks that exactly these names failed, each with this code, and that the others are stored
  /// under the ids of their replies, which ascend.
  void check(const std::vector<std::string>& failed, ErrorCode code) {
    std::int64_t last = 0;
    std::int64_t created = 0;
    for (const auto& [name, asked] : sent) {
      INFO(name);
      const auto reply = fixture.reply_to(asked);
      if (std::find(failed.begin(), failed.end(), name) != failed.end()) {
        CHECK(code_of(reply) == code);
        continue;
      }
      REQUIRE(reply.has_value());
      const auto id = (*reply)->id.value();
      CHECK((*reply)->name.value() == name);
      CHECK(id > last);
      last = id;
      ++created;
      CHECK(database().client().text("SELECT initcap(name) FROM users WHERE id = " +
                                     std::to_string(id)) == name);
    }
    CHECK(database().client().number("SELECT count(*) FROM users") == created);
  }
};

TEST_CASE("eight creates that follow one another are one statement, fewer are one each") {
  const auto count = GENERATE(7, 8, 64, 256);
  ManyCreates f;
  count_inserts(f.database());
  auto listener = f.database().client();
  listener.execute("LISTEN rollcall");
  f.send_guests(count);
  f.check({}, ErrorCode::internal);
  CHECK(inserts(f.database()) == (count < 8 ? count : 1));
  std::string told;
  for (const auto& payload : listener.notifications()) told += payload;
  std::string all;
  for (int id = 1; id <= count; ++id) all += (id == 1 ? "test " : ",") + std::to_string(id);
  CHECK(told == all);
}

TEST_CASE("creates on both sides of another change are sent apart") {
  ManyCreates f;
  f.send("Ada");
  f.check({}, ErrorCode::internal);
  count_inserts(f.database());
  f.send_guests(9);
  const auto unchanged = f.fixture.send(rename(1, "Ada"));
  f.send_guests(8);
  const auto renamed = f.fixture.send(rename(1, "Eve"));
  f.send_guests(3);
  f.check({}, ErrorCode::internal);
  CHECK((*f.fixture.reply_to(unchanged))->version == 1);
  CHECK((*f.fixture.reply_to(renamed))->version == 2);
  CHECK(inserts(f.database()) == 1 + 1 + 3);
}

TEST_CASE("of many creates one that PostgreSQL refuses fails alone, at any place") {
  struct Refusal {
    std::string action;
    ErrorCode code;
  };
  const auto refusal =
      GENERATE(values<Refusal>({{"RAISE 'not today'", ErrorCode::storage_unavailable},
                                {"RAISE unique_violation", ErrorCode::email_taken},
                                {"RAISE serialization_failure", ErrorCode::storage_unavailable},
                                {"RAISE query_canceled", ErrorCode::storage_unavailable}}));
  const auto place = GENERATE(0, 7, 19);
  INFO(refusal.action << " at " << place);
  ManyCreates f;
  before_insert(f.database(), "IF NEW.name = 'Poison' THEN " + refusal.action + "; END IF;");
  f.send_guests(place);
  f.send("Poison");
  f.send_guests(19 - place);
  f.check({"Poison"}, refusal.code);
  CHECK(f.fixture.trouble().empty());
}

TEST_CASE("of many creates one that a constraint refuses at the commit fails alone") {
  ManyCreates f;
  f.database().client().execute(
      "CREATE FUNCTION refuse_late() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN IF NEW.name = ''Poison'' THEN RAISE check_violation; END IF; RETURN NULL; END'; "
      "CREATE CONSTRAINT TRIGGER refuse_late AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW EXECUTE FUNCTION refuse_late()");
  f.send_guests(10);
  f.send("Poison");
  f.send_guests(10);
  f.check({"Poison"}, ErrorCode::storage_unavailable);
}

TEST_CASE("of many creates only the one whose e-mail another node holds waits") {
  ManyCreates f;
  auto other = f.database().client();
  other.execute(
      "BEGIN; INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
      "VALUES ('Other', 'held@example.org', 'held@example.org', 1, 0, 0)");
  f.send_guests(10);
  const auto held = f.fixture.send(new_user("Held", "held@example.org"));
  f.send_guests(10);
  f.check({}, ErrorCode::internal);
  CHECK(held->open());
  other.execute("ROLLBACK");
  CHECK(f.fixture.reply_to(held).has_value());
}

TEST_CASE("of many creates those whose row a trigger drops are answered as a single one is") {
  ManyCreates f;
  count_inserts(f.database());
  before_insert(f.database(), "IF NEW.name LIKE 'Drop%' THEN RETURN NULL; END IF;");
  const bool with_email = GENERATE(true, false);
  INFO(with_email);
  f.send_guests(10);
  f.send(with_email ? new_user("Drop 1", "drop@example.org") : new_user("Drop 1"));
  f.send(with_email ? new_user("Kept", "drop@example.org") : new_user("Kept"));
  f.send_guests(10);
  f.check({"Drop 1"}, ErrorCode::email_taken);
  // Without an e-mail, which can't be taken, only the reply to a statement of its own tells.
  CHECK(inserts(f.database()) == (with_email ? 1 : 1 + 22));
}

TEST_CASE("many creates whose rows a trigger changes are still answered each with its own id") {
  const auto action = GENERATE(values<std::string>(
      {"NEW.name := lower(NEW.name);",
       "IF NEW.name = 'Guest 5' THEN NEW.email := NULL; NEW.email_key := NULL; END IF;",
       "IF NEW.name = 'Guest 6' THEN NEW.email := NULL; NEW.email_key := NULL; END IF; "
       "IF NEW.name = 'Drop' THEN RETURN NULL; END IF;",
       "NEW.email := NEW.name || '@example.org'; NEW.email_key := NEW.email;"}));
  ManyCreates f;
  f.email_at_each = GENERATE(1U, 3U);
  INFO(action << " e-mail at each " << f.email_at_each);
  count_inserts(f.database());
  before_insert(f.database(), action);
  f.send_guests(10);
  if (action.find("Drop") != std::string::npos) f.send(new_user("Drop"));
  f.send_guests(10);
  f.check({"Drop"}, ErrorCode::email_taken);
}

TEST_CASE("many creates are sent again one by one where a trigger numbers the users") {
  ManyCreates f;
  count_inserts(f.database());
  before_insert(f.database(), "NEW.id := 1000 - NEW.id;");
  f.send_guests(20);
  for (const auto& [name, asked] : f.sent) {
    const auto reply = f.fixture.reply_to(asked);
    REQUIRE(reply.has_value());
    CHECK(f.database().client().text("SELECT name FROM users WHERE id = " +
                                     std::to_string((*reply)->id.value())) == name);
  }
  CHECK(inserts(f.database()) == 1 + 20);
}

TEST_CASE("a role without privileges on the sequence of ids creates many users at once") {
  PgCluster cluster({"fsync=off"});
  WriteFixture f(cluster);
  f.database().client().execute(
      "CREATE ROLE guest LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON users TO guest; "
      "GRANT SELECT ON schema_migrations TO guest");
  count_inserts(f.database());
  f.database().client().execute("GRANT USAGE ON SEQUENCE inserts TO guest");
  f.start(cluster.url(f.database().name(), "guest"));
  std::vector<WriteFixture::Asked> sent;
  for (int i = 0; i < 20; ++i) sent.push_back(f.send(new_user("Guest " + std::to_string(i))));
  for (int i = 0; i < 20; ++i) {
    const auto reply = f.reply_to(sent[static_cast<std::size_t>(i)]);
    REQUIRE(reply.has_value());
    CHECK((*reply)->id == user_id(i + 1));
    CHECK((*reply)->name == user_name("Guest " + std::to_string(i)));
  }
  CHECK(inserts(f.database()) == 1);
}

}  // namespace
}  // namespace rollcall::tests
