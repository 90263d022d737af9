// E-mails and usernames that are the same text, on every engine.
#include "tests/db/directories.hpp"
#include "tests/db/imported.hpp"
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

// One e-mail, written in several ways.
const std::vector<std::string> one_email{
    "J\u00F6rg@M\u00FCnchen.example", "JO\u0308RG@mu\u0308nchen.example",
    "j\u00F6rg@xn--mnchen-3ya.example", "J\u00D6RG@XN--MNCHEN-3YA.Example"};
const std::vector<std::string> one_username{"Stra\u00DFe\u00E9", "STRASSE\u00C9", "strassee\u0301"};

UserFields fields_spelled(const std::string& email, const std::string& username) {
  UserFields fields{user_name("Bob"), std::nullopt};
  if (!email.empty()) fields.email = e_mail(email);
  if (!username.empty()) fields.username = Username::parse(username).value();
  return fields;
}

std::vector<Change> creates_of(const std::vector<std::string>& emails,
                               const std::vector<std::string>& usernames) {
  std::vector<Change> changes;
  for (const auto& email : emails) changes.emplace_back(CreateUser{fields_spelled(email, {})});
  for (const auto& name : usernames) changes.emplace_back(CreateUser{fields_spelled({}, name)});
  return changes;
}

TEST_CASE("of creates with the same text, alone or in a group, the first succeeds") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const bool in_group = GENERATE(false, true);
  const auto changes = creates_of(one_email, one_username);
  actors::WriteGroupReply replies;
  if (in_group) replies = fixture.write_group(changes);
  for (const auto& change : changes) {
    if (!in_group) replies.push_back(fixture.write(change));
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    INFO(i);
    if (i == 0 || i == one_email.size()) {
      CHECK(replies[i].has_value());
    } else {
      CHECK(code_of(replies[i]) ==
            (i < one_email.size() ? ErrorCode::email_taken : ErrorCode::username_taken));
    }
  }
}

TEST_CASE("a user is found by each way to write its e-mail, and shown as it was given") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  REQUIRE(fixture.write(CreateUser{fields_spelled(one_email[1], one_username[0])}).has_value());
  const auto found = [&](UserKey::Field field, const std::string& key) {
    const auto page = fixture.list(UserKey{field, key});
    REQUIRE(page.has_value());
    return page->users.empty() ? nullptr : page->users.front();
  };
  for (const auto& text : one_email) {
    const auto user = found(UserKey::Field::email, e_mail(text).key());
    REQUIRE(user);
    CHECK(user->email->value() == one_email[1]);
  }
  for (const auto& text : one_username) {
    const auto user = found(UserKey::Field::username, Username::parse(text)->key());
    REQUIRE(user);
    CHECK(user->username->value() == one_username[0]);
  }
  CHECK_FALSE(found(UserKey::Field::email, e_mail("jorg@xn--mnchen-3ya.example").key()));
}

TEST_CASE("another way to write one's own e-mail is a change, and no conflict") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  REQUIRE(fixture.write(CreateUser{fields_spelled(one_email[0], one_username[0])}).has_value());
  for (std::size_t i = 1; i < one_username.size(); ++i) {
    const auto written =
        fixture.write(ReplaceUser{user_id(1), fields_spelled(one_email[i], one_username[i])});
    REQUIRE(written.has_value());
    CHECK((*written)->version == static_cast<std::int64_t>(i) + 1);
    CHECK((*written)->email->value() == one_email[i]);
  }
}

TEST_CASE("an import skips users whose e-mail or username is that of another, however written") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  std::vector<db::ImportedUser> users;
  for (const auto& email : one_email) users.push_back({{}, fields_spelled(email, {})});
  for (const auto& name : one_username) users.push_back({{}, fields_spelled({}, name)});
  const auto added = importer->add(users, import_time);
  REQUIRE(added.has_value());
  for (std::size_t i = 0; i < users.size(); ++i) {
    CHECK((*added)[i].has_value() == (i == 0 || i == one_email.size()));
  }
  REQUIRE(importer->commit(file_hash, {1, true, "users.csv"}, std::nullopt).has_value());
  const auto rejections = importer->rejections_of(users);
  REQUIRE(rejections.has_value());
  for (const auto& rejection : *rejections) CHECK(rejection.has_value());
}

// A user whom an older version wrote beside Ada, who has the same e-mail or username.
class BesideAda {
 public:
  explicit BesideAda(const EngineEntry& entry) : fixture(entry) {
    REQUIRE(fixture.write(CreateUser{fields_spelled(one_email[0], one_username[0])}).has_value());
    REQUIRE(fixture.write(CreateUser{fields_spelled("bob@x", "bob")}).has_value());
    REQUIRE(fixture.write(CreateUser{fields_spelled("cyd@x", "cyd")}).has_value());
    const auto set = [&](const std::string& column, const std::string& text) {
      fixture.execute("UPDATE users SET " + column + " = '" + text + "', " + column + "_key = '" +
                      text + "' WHERE id = 2");
    };
    set("email", one_email[1]);
    set("username", one_username[2]);
  }
  std::size_t found(const std::string& text) {
    return fixture.list(UserKey{UserKey::Field::email, text})->users.size();
  }

  StoreFixture fixture;
};

TEST_CASE("a user whose key collides can be read, changed in other fields and deleted") {
  BesideAda world(GENERATE(from_range(engines())));
  auto& fixture = world.fixture;
  CHECK(fixture.user(2)->email->value() == one_email[1]);
  const PatchUser renamed{user_id(2), {user_name("Ben"), {}}, {}};
  CHECK((*fixture.write(renamed))->version == 2);
  CHECK((*fixture.write(renamed))->version == 2);
  auto fields = fixture.user(2)->fields();
  CHECK((*fixture.write(ReplaceUser{user_id(2), fields}))->version == 2);
  fields.active = false;
  CHECK((*fixture.write(ReplaceUser{user_id(2), fields}))->version == 3);
  CHECK(world.found(one_email[1]) == 1);  // by the old key
  CHECK(fixture.user(2)->fields() == fields);
  CHECK(fixture.write(DeleteUser{user_id(2), {}}).has_value());
}

TEST_CASE("a user whose key collides can't get it in another way, and others are told which") {
  BesideAda world(GENERATE(from_range(engines())));
  auto& fixture = world.fixture;
  const auto put = [&](const std::string& email, const std::string& username) {
    return fixture.write(ReplaceUser{user_id(2), fields_spelled(email, username)});
  };
  CHECK(code_of(put(one_email[2], one_username[2])) == ErrorCode::email_taken);
  CHECK(code_of(put(one_email[1], one_username[1])) == ErrorCode::username_taken);
  CHECK(code_of(put(one_email[1], "Cyd")) == ErrorCode::username_taken);
  CHECK(code_of(put("cyd@x", one_username[2])) == ErrorCode::email_taken);
  UserPatch patch{std::nullopt, std::nullopt};
  patch.email = e_mail(one_email[3]);
  CHECK(code_of(fixture.write(PatchUser{user_id(2), patch, {}})) == ErrorCode::email_taken);
  CHECK(fixture.user(2)->version == 1);
  CHECK((*put("ben@x", one_username[2]))->version == 2);
  CHECK((*put("ben@x", "ben"))->version == 3);
}

TEST_CASE("what older versions accepted is read: invisible characters, and names of nothing else") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  fixture.execute(
      "UPDATE users SET name = '\u200B', email = 'a\u200B@x', email_key = 'a\u200B@x', "
      "username = '\u200B', username_key = '\u200B'");
  const auto ada = fixture.user(1);
  REQUIRE(ada);
  CHECK(ada->name.value() == "\u200B");
  CHECK(ada->email->value() == "a\u200B@x");
  UserPatch patch{user_name("Ada"), std::nullopt};
  CHECK((*fixture.write(PatchUser{user_id(1), patch, {}}))->version == 2);
  CHECK(fixture.user(1)->username->value() == "\u200B");
}

}  // namespace
}  // namespace rollcall::tests
