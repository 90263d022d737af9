// Which unique value is taken, on every engine.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

struct Given {
  const char* email = nullptr;
  const char* username = nullptr;
  const char* external_id = nullptr;
};

UserFields fields_with(const Given& given) {
  UserFields fields{user_name("Bob"), std::nullopt};
  if (given.email != nullptr) fields.email = e_mail(given.email);
  if (given.username != nullptr) fields.username = Username::parse(given.username).value();
  if (given.external_id != nullptr) {
    fields.external_id = ExternalId::parse(given.external_id).value();
  }
  return fields;
}

struct Conflict {
  Given given;
  ErrorCode code;
};

// Ada has ada@x, ada and A1.
std::vector<Conflict> conflicts() {
  return {{{"ADA@x", nullptr, nullptr}, ErrorCode::email_taken},
          {{nullptr, "aDa", nullptr}, ErrorCode::username_taken},
          {{nullptr, nullptr, "A1"}, ErrorCode::external_id_taken},
          {{"bob@x", "Ada", "B1"}, ErrorCode::username_taken},
          {{"bob@x", "bob", "A1"}, ErrorCode::external_id_taken},
          {{"ada@x", "bob", "B1"}, ErrorCode::email_taken},
          {{"ada@x", "ada", nullptr}, ErrorCode::email_taken},
          {{nullptr, "ada", "A1"}, ErrorCode::username_taken},
          {{"ada@x", "ada", "A1"}, ErrorCode::email_taken}};
}

void create_ada(StoreFixture& fixture) {
  REQUIRE(fixture.write(CreateUser{fields_with({"ada@x", "Ada", "A1"})}).has_value());
}

TEST_CASE("a create names the value that another user has, the e-mail before the others") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  create_ada(fixture);
  for (const auto& [given, code] : conflicts()) {
    CHECK(code_of(fixture.write(CreateUser{fields_with(given)})) == code);
  }
  CHECK(fixture.write(CreateUser{fields_with({"bob@x", "bob", "a1"})}).has_value());
}

TEST_CASE("a replacement names the value that another user has") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  create_ada(fixture);
  const auto bob = fixture.create("Bob");
  for (const auto& [given, code] : conflicts()) {
    CHECK(code_of(fixture.write(ReplaceUser{user_id(bob), fields_with(given)})) == code);
  }
  CHECK(fixture.user(bob)->version == 1);
  CHECK(fixture.write(ReplaceUser{user_id(1), fields_with({"ada@x", "ADA", "A1"})}).has_value());
}

TEST_CASE("a patch names the value that another user has") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  create_ada(fixture);
  const auto bob = fixture.create("Bob");
  for (const auto& [given, code] : conflicts()) {
    const auto fields = fields_with(given);
    UserPatch patch{std::nullopt, std::nullopt};
    if (fields.email) patch.email = fields.email;
    if (fields.username) patch.username = fields.username;
    if (fields.external_id) patch.external_id = fields.external_id;
    CHECK(code_of(fixture.write(PatchUser{user_id(bob), patch, {}})) == code);
  }
  CHECK(fixture.user(bob)->version == 1);
}

TEST_CASE("of many creates each names the value that another user has") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  create_ada(fixture);
  std::vector<Change> changes;
  for (const auto& conflict : conflicts()) {
    changes.emplace_back(new_user("Guest"));
    changes.emplace_back(CreateUser{fields_with(conflict.given)});
  }
  const auto replies = fixture.write_group(changes);
  for (std::size_t i = 0; i < replies.size(); i += 2) {
    CHECK(replies[i].has_value());
    CHECK(code_of(replies[i + 1]) == conflicts()[i / 2].code);
  }
}

TEST_CASE("of changes in a group that want one value the first wins, and the others name it") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  create_ada(fixture);
  const auto replies = fixture.write_group({CreateUser{fields_with({"b@x", "bob", nullptr})},
                                            CreateUser{fields_with({"c@x", "BOB", nullptr})},
                                            CreateUser{fields_with({nullptr, "cyd", "C"})},
                                            CreateUser{fields_with({"d@x", nullptr, "C"})},
                                            DeleteUser{user_id(1), {}},
                                            CreateUser{fields_with({"ada@x", "ada", "A1"})}});
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::username_taken);
  CHECK(replies[2].has_value());
  CHECK(code_of(replies[3]) == ErrorCode::external_id_taken);
  CHECK(replies[4].has_value());
  CHECK(replies[5].has_value());
}

TEST_CASE("a taken value names its field") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  create_ada(fixture);
  const auto error = fixture.write(CreateUser{fields_with({nullptr, nullptr, "A1"})}).error();
  REQUIRE(error.fields.size() == 1);
  CHECK(error.fields[0].field == "external_id");
}

}  // namespace
}  // namespace rollcall::tests
