// Merge patches in groups that PostgreSQL refuses in part, and what a refusal names.
#include "tests/db/write_fixture.hpp"

namespace rollcall::tests {
namespace {

Change merge(std::int64_t id, std::string_view attributes) {
  UserPatch patch{std::nullopt, std::nullopt};
  patch.attributes = AttributesPatch{Attributes::parse(attributes).value(), true};
  return PatchUser{user_id(id), patch, {}};
}

/// Refuses a user who is called so.
void refuse_poison(const PgDatabase& database, const std::string& action) {
  database.client().execute(
      "CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "IF NEW.name = 'Poison' THEN " +
      action +
      "; END IF; RETURN NEW; END $$; CREATE TRIGGER refuse_poison BEFORE INSERT OR UPDATE ON users "
      "FOR EACH ROW EXECUTE FUNCTION refuse_poison()");
}

TEST_CASE("merges are applied once each where their group is sent again, with savepoints too") {
  const int poisoned = GENERATE(0, 1, 2, 3);
  INFO(poisoned);
  WriteFixture fixture;
  for (const char* name : {"Ada", "Bob", "Cyd"}) fixture.create(name);
  refuse_poison(fixture.database(), "RAISE 'not today'");
  std::vector<WriteFixture::Asked> refused;
  std::vector<WriteFixture::Asked> applied;
  const auto poison = [&](int number) {
    if (number < poisoned) refused.push_back(fixture.send(rename(3, "Poison")));
  };
  applied.push_back(fixture.send(merge(1, R"({"a":1})")));
  poison(0);
  applied.push_back(fixture.send(merge(2, R"({"a":{"b":1.0}})")));
  applied.push_back(fixture.send(merge(1, R"({"b":2,"a":null})")));
  poison(1);
  applied.push_back(fixture.send(merge(2, R"({"a":{"c":2}})")));
  poison(2);
  applied.push_back(fixture.send(new_user("Dan")));
  for (const auto& asked : applied) CHECK(fixture.reply_to(asked).has_value());
  for (const auto& asked : refused) {
    CHECK(code_of(fixture.reply_to(asked)) == ErrorCode::storage_unavailable);
  }
  auto client = fixture.database().client();
  CHECK(client.text("SELECT attributes FROM users WHERE id = 1") == R"({"b":2})");
  CHECK(client.text("SELECT attributes FROM users WHERE id = 2") == R"({"a":{"b":1.0,"c":2}})");
  CHECK(client.number("SELECT version FROM users WHERE id = 2") == 3);
}

TEST_CASE("a merge of a user whose attributes another program has made invalid is an error") {
  WriteFixture fixture;
  fixture.create("Ada");
  fixture.database().client().execute("UPDATE users SET attributes = '[]'");
  CHECK(code_of(fixture.write(merge(1, R"({"a":1})"))) == ErrorCode::internal);
  CHECK(fixture.write(ReplaceUser{user_id(1), {user_name("Ada"), std::nullopt}}).has_value());
  CHECK(fixture.write(merge(1, R"({"a":1})")).has_value());
}

TEST_CASE("the constraint that a refusal names decides which value is taken") {
  const auto [constraint, code] = GENERATE(
      table<std::string, ErrorCode>({{"users_email_key", ErrorCode::email_taken},
                                     {"users_username_key", ErrorCode::username_taken},
                                     {"users_external_id_key", ErrorCode::external_id_taken}}));
  WriteFixture fixture;
  fixture.create("Ada");
  refuse_poison(fixture.database(),
                "RAISE unique_violation USING CONSTRAINT = '" + constraint + "'");
  CHECK(code_of(fixture.write(rename(1, "Poison"))) == code);
  CHECK(code_of(fixture.write(new_user("Poison"))) == code);
}

}  // namespace
}  // namespace rollcall::tests
