// Usernames, external ids, closed accounts and attributes, on every engine.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

UserFields every_field() {
  return {
      user_name("Ada"),
      e_mail("ada@example.org"),
      Username::parse("Ada").value(),
      ExternalId::parse("4f 1c").value(),
      false,
      Attributes::parse(R"({"z":1.0,"a":{"n":12345678901234567890123,"s":"\u0000é"}})").value()};
}

PatchUser merge(std::int64_t id, std::string_view attributes, Precondition precondition = {}) {
  PatchUser change{user_id(id), {std::nullopt, std::nullopt}, std::move(precondition)};
  change.patch.attributes = AttributesPatch{Attributes::parse(attributes).value(), true};
  return change;
}

std::string attributes_of(StoreFixture& fixture, std::int64_t id) {
  return fixture.user(id)->attributes.value();
}

TEST_CASE("every field of a user is stored as it is given") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto created = fixture.write(CreateUser{every_field()}, at_ms(5));
  REQUIRE(created.has_value());
  CHECK((*created)->fields() == every_field());
  CHECK(*fixture.user(1) == **created);
  CHECK(*fixture.list({}, 10)->users.at(0) == **created);
}

TEST_CASE("many users of a group are stored with every field") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  std::vector<Change> changes;
  for (int i = 0; i < 20; ++i) {
    auto fields = every_field();
    fields.email.reset();
    fields.username = Username::parse("ada" + std::to_string(i)).value();
    fields.external_id = ExternalId::parse(std::to_string(i)).value();
    fields.active = i % 2 == 0;
    changes.emplace_back(CreateUser{fields});
  }
  const auto replies = fixture.write_group(changes);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    REQUIRE(replies[i].has_value());
    CHECK((*replies[i])->fields() == std::get<CreateUser>(changes[i]).fields);
    CHECK(*fixture.user((*replies[i])->id.value()) == **replies[i]);
  }
}

TEST_CASE("a replacement sets every field, and one that changes nothing keeps the version") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Bob");
  REQUIRE(fixture.write(ReplaceUser{user_id(1), every_field()}).has_value());
  CHECK(fixture.user(1)->fields() == every_field());
  CHECK(fixture.user(1)->version == 2);
  REQUIRE(fixture.write(ReplaceUser{user_id(1), every_field()}).has_value());
  CHECK(fixture.user(1)->version == 2);
  REQUIRE(fixture.write(ReplaceUser{user_id(1), {user_name("Bob"), std::nullopt}}).has_value());
  CHECK(fixture.user(1)->fields() == UserFields{user_name("Bob"), std::nullopt});
}

TEST_CASE("a patch changes each field alone") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Bob");
  UserFields expected{user_name("Bob"), std::nullopt};
  const auto apply = [&](const UserPatch& patch) {
    const auto version = fixture.user(1)->version;
    REQUIRE(fixture.write(PatchUser{user_id(1), patch, {}}).has_value());
    CHECK(fixture.user(1)->fields() == expected);
    CHECK(fixture.user(1)->version == version + 1);
    REQUIRE(fixture.write(PatchUser{user_id(1), patch, {}}).has_value());
    CHECK(fixture.user(1)->version == version + 1);
  };
  UserPatch username{std::nullopt, std::nullopt};
  username.username = expected.username = Username::parse("bob").value();
  apply(username);
  UserPatch external_id{std::nullopt, std::nullopt};
  external_id.external_id = expected.external_id = ExternalId::parse("7").value();
  apply(external_id);
  UserPatch active{std::nullopt, std::nullopt};
  active.active = expected.active = false;
  apply(active);
  UserPatch removed{std::nullopt, std::nullopt};
  removed.username.emplace(std::nullopt);
  removed.external_id.emplace(std::nullopt);
  expected.username.reset();
  expected.external_id.reset();
  apply(removed);
}

TEST_CASE("a merge patch reaches into the attributes that a user has") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.write(CreateUser{every_field()});
  REQUIRE(fixture.write(merge(1, R"({"a":{"n":null,"m":[1]},"b":2e0})")).has_value());
  CHECK(attributes_of(fixture, 1) == R"({"z":1.0,"a":{"s":"\u0000é","m":[1]},"b":2e0})");
  CHECK(fixture.user(1)->version == 2);
  REQUIRE(fixture.write(merge(1, R"({"b":2e0})")).has_value());
  CHECK(fixture.user(1)->version == 2);
}

TEST_CASE("merges of one user in a group follow one another, beside other writes") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  fixture.create("Bob");
  std::vector<Change> changes{new_user("Cyd"),
                              merge(1, R"({"a":1})"),
                              merge(2, R"({"b":1})"),
                              merge(1, R"({"b":2})"),
                              ReplaceUser{user_id(2), {user_name("Ben"), std::nullopt}},
                              merge(2, R"({"c":3})"),
                              merge(1, R"({"a":null})"),
                              merge(9, R"({"a":1})"),
                              DeleteUser{user_id(3), if_version(1)}};
  const auto replies = fixture.write_group(changes);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    CAPTURE(i);
    if (i == 7) {
      CHECK(code_of(replies[i]) == ErrorCode::user_not_found);
    } else {
      CHECK(replies[i].has_value());
    }
  }
  CHECK(attributes_of(fixture, 1) == R"({"b":2})");
  CHECK(fixture.user(1)->version == 4);
  CHECK(attributes_of(fixture, 2) == R"({"c":3})");
  CHECK(fixture.user(2)->version == 4);
}

TEST_CASE("a merge that breaks a limit is refused with the field, and one after it is applied") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto half = [](const std::string& key) {
    return "{\"" + key + "\":\"" + std::string(4'200, 'x') + "\"}";
  };
  const auto replies =
      fixture.write_group({merge(1, half("a")), merge(1, half("b")), merge(1, R"({"c":1})"),
                           merge(1, half("d"), if_version(1))});
  REQUIRE(code_of(replies[1]) == ErrorCode::validation_failed);
  REQUIRE(replies[1].error().fields.size() == 1);
  CHECK(replies[1].error().fields[0].field == "attributes");
  CHECK(replies[1].error().version == 2);
  CHECK(replies[2].has_value());
  CHECK(code_of(replies[3]) == ErrorCode::precondition_failed);
}

TEST_CASE("a merge whose version has passed is refused, also one that would change nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  REQUIRE(fixture.write(merge(1, R"({"a":1})", if_version(1))).has_value());
  for (const auto* attributes : {R"({"a":1})", R"({"a":2})", "{}"}) {
    CHECK(code_of(fixture.write(merge(1, attributes, if_version(1)))) ==
          ErrorCode::precondition_failed);
  }
  CHECK(fixture.user(1)->version == 2);
}

}  // namespace
}  // namespace rollcall::tests
