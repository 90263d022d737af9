// What the write store of every engine promises for changes that say what the client expects of the
// user.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

std::vector<Change> changes_of(std::int64_t id, const ExpectedRecord& expected,
                               const Precondition& precondition = {}) {
  return {ReplaceUser{user_id(id), {user_name("Eve"), std::nullopt}, precondition, expected},
          PatchUser{user_id(id), {user_name("Eve"), std::nullopt}, precondition, expected}};
}

// "/version /updated_at"
std::string fields_of(const ChangeResult& result) {
  REQUIRE_FALSE(result.has_value());
  std::string text;
  for (const auto& field : result.error().fields)
    text.append(text.empty() ? "" : " ").append(field.field);
  return text;
}

// A user of version 2.
void make_user(StoreFixture& fixture) {
  REQUIRE(fixture.write(new_user("Ada", "ada@example.org"), at_ms(1'000)).has_value());
  REQUIRE(fixture.write(PatchUser{user_id(1), {user_name("Adele"), {}}, {}}, at_ms(2'000)));
}

TEST_CASE("a change of a user that is not as expected is refused and changes nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  make_user(fixture);
  const auto before = *fixture.user(1);
  const auto [expected, fields] = GENERATE(table<ExpectedRecord, std::string>({
      {{1, {}, {}}, "version"},
      {{3, {}, {}}, "version"},
      {{2, at_ms(1'001), {}}, "created_at"},
      {{{}, at_ms(999), {}}, "created_at"},
      {{{}, at_ms(1'000), at_ms(2'001)}, "updated_at"},
      {{{}, {}, at_ms(1'999)}, "updated_at"},
      {{1, at_ms(0), at_ms(0)}, "version created_at updated_at"},
  }));
  for (const auto& change : changes_of(1, expected)) {
    const auto refused = fixture.write(change, at_ms(3'000));
    CHECK(code_of(refused) == ErrorCode::validation_failed);
    CHECK(fields_of(refused) == fields);
    CHECK(refused.error().version == 2);
  }
  CHECK(*fixture.user(1) == before);
}

TEST_CASE("a change of a user that is as expected is applied") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  make_user(fixture);
  const auto expected = GENERATE(values<ExpectedRecord>({{2, at_ms(1'000), at_ms(2'000)},
                                                         {2, {}, {}},
                                                         {{}, at_ms(1'000), {}},
                                                         {{}, {}, at_ms(2'000)}}));
  const auto change = changes_of(1, expected)[GENERATE(std::size_t{0}, std::size_t{1})];
  const auto changed = fixture.write(change, at_ms(3'000));
  REQUIRE(changed.has_value());
  CHECK((*changed)->version == 3);
  CHECK(fixture.user(1)->name.value() == "Eve");
}

TEST_CASE("a change that changes nothing is refused all the same if the user is not as expected") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  make_user(fixture);
  const auto before = *fixture.user(1);
  const auto give = [&](const ExpectedRecord& expected, const Precondition& precondition = {}) {
    return std::vector<Change>{
        ReplaceUser{user_id(1), before.fields(), precondition, expected},
        PatchUser{user_id(1), UserPatch::of(before.fields()), precondition, expected},
        PatchUser{user_id(1), {std::nullopt, std::nullopt}, precondition, expected}};
  };
  const ExpectedRecord outdated{1, {}, {}};
  for (const auto& change : give(outdated)) {
    const auto refused = fixture.write(change, at_ms(3'000));
    CHECK(fields_of(refused) == "version");
    CHECK(refused.error().version == 2);
  }
  for (const auto& change : give({{}, at_ms(0), at_ms(0)})) {
    CHECK(fields_of(fixture.write(change, at_ms(3'000))) == "created_at updated_at");
  }
  for (const auto& change : give(outdated, if_version(1))) {
    CHECK(code_of(fixture.write(change, at_ms(3'000))) == ErrorCode::precondition_failed);
  }
  for (const auto& change : give({2, at_ms(1'000), at_ms(2'000)})) {
    const auto written = fixture.write(change, at_ms(3'000));
    REQUIRE(written.has_value());
    CHECK(**written == before);
  }
  CHECK(*fixture.user(1) == before);
}

TEST_CASE("the second write of a user in a group is compared with what the first made of it") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  make_user(fixture);
  const auto replies = fixture.write_group(changes_of(1, {2, {}, {}}), at_ms(3'000));
  CHECK(replies[0].has_value());
  CHECK(fields_of(replies[1]) == "version");
  CHECK(fixture.user(1)->version == 3);
}

TEST_CASE("a precondition, and a missing user, come before what is expected") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  make_user(fixture);
  Precondition not_any;
  not_any.if_none_match = VersionSet{true, {}};
  for (const auto& precondition : {if_version(1), not_any}) {
    for (const std::int64_t version : {1, 2}) {
      for (const auto& change : changes_of(1, {version, {}, {}}, precondition)) {
        const auto refused = fixture.write(change);
        CHECK(code_of(refused) == ErrorCode::precondition_failed);
        CHECK(refused.error().version == 2);
      }
    }
  }
  for (const auto& change : changes_of(1, {1, {}, {}}, if_version(2))) {
    CHECK(code_of(fixture.write(change)) == ErrorCode::validation_failed);
  }
  for (const auto& change : changes_of(7, {1, {}, {}})) {
    CHECK(code_of(fixture.write(change)) == ErrorCode::user_not_found);
  }
  CHECK(fixture.write(changes_of(1, {2, {}, {}}, if_version(2)).front()).has_value());
}

TEST_CASE("what is expected and holds does not hide that the e-mail is taken") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  make_user(fixture);
  const auto bob = fixture.create("Bob");
  const auto take = [&](std::int64_t version) {
    return fixture.write(ReplaceUser{
        user_id(bob), {user_name("Bob"), e_mail("ADA@example.org")}, {}, {version, {}, {}}});
  };
  CHECK(code_of(take(1)) == ErrorCode::email_taken);
  CHECK(fields_of(take(1)) == "email");
  CHECK(code_of(take(2)) == ErrorCode::validation_failed);
}

}  // namespace
}  // namespace rollcall::tests
