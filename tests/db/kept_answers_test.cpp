// What the write store of every engine promises for creates with an idempotency key.
#include "tests/db/open_stores.hpp"
#include "tests/support/keyed.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

const std::string locked = shown(ErrorCode::user_locked);

TEST_CASE("a create with a key is repeated with its first answer, whatever became of the user") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  auto ada = keyed("k", "Ada", "ada@example.org");
  // As large as a user can be, with all that a column might change.
  const std::string body = std::string(40'000, '"') + "\\ \t\r\n'$1 \xc3\xa9\xf0\x9f\x98\x80 ";
  auto key = *ada.key;
  key.answer = [&](const UserRef& user) {
    return KeptAnswer{user->id, 299, "A: b\r\nC: d\r\n", body};
  };
  ada.key = std::make_shared<const RequestKey>(key);
  const auto first = fixture.write(ada);
  REQUIRE(first.has_value());
  CHECK_FALSE(first->repeated());
  CHECK(first->user->name == user_name("Ada"));
  CHECK(*first->answer == KeptAnswer{user_id(1), 299, "A: b\r\nC: d\r\n", body});
  const auto check_repeated = [&] {
    const auto again = fixture.write(ada);
    REQUIRE(again.has_value());
    CHECK(again->repeated());
    CHECK(again->id() == user_id(1));
    CHECK(*again->answer == *first->answer);
  };
  check_repeated();
  REQUIRE(fixture.write(PatchUser{user_id(1), {user_name("Eve"), {}}, {}}).has_value());
  check_repeated();
  CHECK(fixture.names() == "Eve");
  REQUIRE(fixture.write(DeleteUser{user_id(1)}).has_value());
  check_repeated();
  CHECK(fixture.names() == "nobody");
}

TEST_CASE("a key of another request is refused, and creates nobody") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  REQUIRE(shown(fixture.write(keyed("k", "Ada"))) == "new 1 created Ada");
  CHECK(shown(fixture.write(keyed("k", "Ada", {}, "other"))) ==
        shown(ErrorCode::idempotency_mismatch));
  CHECK(shown(fixture.write(keyed("k", "Ada"))) == "again 1 created Ada");
  CHECK(fixture.names() == "Ada");
}

TEST_CASE("keys are compared byte for byte, and belong to their caller") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const char* key : {"k", "K", "k!", "\"k\"", "~"}) {
    CHECK(shown(fixture.write(keyed(key, key))).starts_with("new "));
  }
  CHECK(shown(fixture.write(keyed("k", "Bob", {}, "other", "bob"))).starts_with("new "));
  CHECK(fixture.names() == "k,K,k!,\"k\",~,Bob");
  CHECK(shown(fixture.write(keyed("K", "K"))) == "again 2 created K");
  CHECK(shown(fixture.write(keyed("k", "Bob", {}, "other", "bob"))) == "again 6 created Bob");
}

TEST_CASE("a create that was refused keeps no answer: its repetition is executed") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  const auto bob = keyed("k", "Bob", "ada@example.org");
  CHECK(shown(fixture.write(bob)) == shown(ErrorCode::email_taken));
  CHECK(shown(fixture.write(bob)) == shown(ErrorCode::email_taken));
  REQUIRE(fixture.write(DeleteUser{user_id(1)}).has_value());
  CHECK(shown(fixture.write(bob)).starts_with("new "));
  CHECK(shown(fixture.write(bob)).starts_with("again "));
  CHECK(fixture.names() == "Bob");
}

TEST_CASE("several creates with one key in a group make one user, and get one answer") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const std::size_t size = GENERATE(2, 20);
  const std::vector<Change> changes(size, keyed("k", "Ada"));
  const auto replies = fixture.write_group(changes);
  CHECK(shown(replies[0]) == "new 1 created Ada");
  for (std::size_t i = 1; i < size; ++i) {
    const auto reply = shown(replies[i]);
    CHECK((reply == "again 1 created Ada" || reply == locked));  // locked: to be sent again
  }
  for (const auto& reply : fixture.write_group(changes)) {
    CHECK(shown(reply) == "again 1 created Ada");
  }
  CHECK(fixture.names() == "Ada");
}

TEST_CASE("of creates with one key in a group one that is refused leaves the key to the next") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  const std::vector<Change> changes{keyed("k", "Bob", "ada@example.org"), DeleteUser{user_id(1)},
                                    keyed("k", "Bob", "ada@example.org")};
  const auto replies = fixture.write_group(changes);
  CHECK(shown(replies[0]) == shown(ErrorCode::email_taken));
  const auto second = shown(replies[2]);
  CHECK((second.starts_with("new ") || second == locked));
  CHECK(shown(fixture.write(changes[2])).ends_with("created Bob"));
  CHECK(fixture.names() == "Bob");
}

TEST_CASE("in a group each create with a key has its own answer, beside any other write") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  REQUIRE(shown(fixture.write(keyed("old", "Old"))) == "new 2 created Old");
  std::vector<Change> changes;
  for (int i = 0; i < 40; ++i) {
    const auto text = std::to_string(i);
    if (i % 4 == 0) changes.emplace_back(new_user("Guest"));
    if (i % 4 == 1) changes.emplace_back(keyed(text, text, text + "@example.org"));
    if (i % 4 == 2) changes.emplace_back(keyed(i == 30 ? "old" : text, i == 30 ? "Old" : text));
    if (i % 4 == 3) changes.emplace_back(PatchUser{user_id(1), {user_name(text), {}}, {}});
    if (i == 20) changes.back() = keyed("taken", "Eve", "ada@example.org");
  }
  const auto replies = fixture.write_group(changes);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    INFO("change " << i);
    const auto reply = shown(replies[i]);
    if (i == 20) {
      CHECK(reply == shown(ErrorCode::email_taken));
    } else if (i == 30) {
      CHECK(reply == "again 2 created Old");
    } else if (i % 4 == 1 || i % 4 == 2) {
      REQUIRE(reply.starts_with("new "));
      const auto id = replies[i]->user->id.value();
      CHECK(reply == "new " + std::to_string(id) + " created " + std::to_string(i));
      CHECK(fixture.user(id)->name == user_name(std::to_string(i)));
      CHECK(shown(fixture.write(changes[i])) == "again" + reply.substr(3));
    } else {
      CHECK(reply == "no answer");
    }
  }
  CHECK(fixture.user(1)->name == user_name("39"));
}

TEST_CASE("an answer is kept for 24 hours; then the key is free") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto begin = at_ms(1'700'000'000'000);
  REQUIRE(shown(fixture.write(keyed("k", "Ada"), begin)) == "new 1 created Ada");
  CHECK(shown(fixture.write(keyed("k", "Ada"), begin + 24h - 1ms)) == "again 1 created Ada");
  CHECK(shown(fixture.write(keyed("k", "Bob", {}, "other"), begin + 24h)) == "new 2 created Bob");
  CHECK(shown(fixture.write(keyed("k", "Bob", {}, "other"), begin + 47h)) == "again 2 created Bob");
}

// A trigger of another program refuses users of this name.
std::string refusing(const ReadByOthers& database) {
  if (dynamic_cast<const OpenSqlite*>(&database) != nullptr) {
    return "CREATE TRIGGER refuse BEFORE INSERT ON users WHEN NEW.name = 'Refused' BEGIN "
           "SELECT RAISE(ABORT, 'not today'); END";
  }
  return "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
         "IF NEW.name = 'Refused' THEN RAISE 'not today'; END IF; RETURN NEW; END $$; "
         "CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()";
}

TEST_CASE("a group that is applied again, change by change, keeps its answers and finds others") {
  OpenStores stores(GENERATE(from_range(engines_of_others)));
  stores.database().execute(refusing(stores.database()));
  REQUIRE(shown(stores->write(keyed("old", "Old"))) == "new 1 created Old");
  const std::vector<Change> changes{keyed("a", "Ada"),
                                    keyed("x", "Refused"),
                                    keyed("old", "Old"),
                                    keyed("b", "Bob"),
                                    keyed("old", "Eve", {}, "other"),
                                    new_user("Refused"),
                                    keyed("y", "Refused"),
                                    keyed("a", "Ada"),
                                    keyed("z", "Refused"),
                                    keyed("c", "Cyd"),
                                    new_user("Refused"),
                                    keyed("d", "Dan")};
  const auto replies = stores->write_group(changes);
  for (const std::size_t i : {1, 5, 6, 8, 10}) {
    CHECK(shown(replies[i]) == shown(ErrorCode::storage_unavailable));
  }
  CHECK(shown(replies[2]) == "again 1 created Old");
  CHECK(shown(replies[4]) == shown(ErrorCode::idempotency_mismatch));
  for (const std::size_t i : {0, 3, 9, 11}) CHECK(shown(replies[i]).starts_with("new "));
  CHECK(stores->names() == "Old,Ada,Bob,Cyd,Dan");
  for (const std::size_t i : {0, 3, 7, 9, 11}) {
    CHECK(shown(stores->write(changes[i])).starts_with("again "));
  }
  CHECK(stores->names() == "Old,Ada,Bob,Cyd,Dan");
  CHECK(stores.database().number("SELECT count(*) FROM kept_answers") == 5);
}

TEST_CASE("answers that have expired are removed a few at a time, and no others") {
  OpenStores stores(GENERATE(from_range(engines_of_others)));
  const auto now = stores->world().clock().wall_now();
  REQUIRE(shown(stores->write(keyed("kept", "Ada"), now)) == "new 1 created Ada");
  std::string rows =
      "INSERT INTO kept_answers "
      "(caller, key, expires_at, fingerprint, user_id, status, fields, body) "
      "VALUES ('', '0', 1, 'f', 1, 201, '', '')";
  for (int i = 1; i < 5'000; ++i) {
    const auto number = std::to_string(i);
    rows += ", ('', '" + number + "', " + number + ", 'f', 1, 201, '', '')";
  }
  stores.database().execute(rows);
  const auto left = [&] { return stores.database().number("SELECT count(*) FROM kept_answers"); };
  REQUIRE(left() == 5'001);
  stores->create("Bob");
  stores.remove(1);
  CHECK(left() == 3'001);
  stores.remove();
  CHECK(left() == 1);
  CHECK(shown(stores->write(keyed("kept", "Ada"), now)) == "again 1 created Ada");
}

}  // namespace
}  // namespace rollcall::tests
