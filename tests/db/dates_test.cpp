// What the write store of every engine promises for changes that are conditional by date.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

constexpr std::int64_t second = 784'111'777;

// One change of each kind, of user 1.
std::vector<Change> changes_if(const Precondition& precondition) {
  return {ReplaceUser{user_id(1), {user_name("Eve"), std::nullopt}, precondition},
          PatchUser{user_id(1), {user_name("Fay"), std::nullopt}, precondition},
          DeleteUser{user_id(1), precondition}};
}

// The first and the last moment of that second, and one between.
std::int64_t moment() { return second * 1'000 + GENERATE(0, 500, 999); }

TEST_CASE("a change of a user that was modified since the date is refused and changes nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto created = fixture.write(new_user("Ada", "ada@example.org"), at_ms(moment()));
  REQUIRE(created.has_value());
  for (const auto date : {second, second - 86'400, std::int64_t{0}}) {
    const auto replies = fixture.write_group(changes_if(if_unmodified_since(date)), at_ms(1));
    for (const auto& reply : replies) CHECK(code_of(reply) == ErrorCode::precondition_failed);
  }
  REQUIRE(fixture.user(1));
  CHECK(*fixture.user(1) == **created);
}

TEST_CASE("a change of a user that was not modified since the date is applied") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto at = moment();
  const auto condition = if_unmodified_since(second + GENERATE(1, 2));
  REQUIRE(fixture.write(new_user("Ada"), at_ms(at)).has_value());
  for (const Change& change : changes_if(condition)) {
    CHECK(fixture.write(change, at_ms(at)).has_value());
  }
  CHECK(fixture.user(1) == nullptr);
}

TEST_CASE("the second write of a user in a group sees the time of the first") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  REQUIRE(fixture.write(new_user("Ada"), at_ms(second * 1'000)).has_value());
  const auto replies = fixture.write_group(changes_if(if_unmodified_since(second + 1)),
                                           at_ms(second * 1'000 + 1'000));
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::precondition_failed);
  CHECK(code_of(replies[2]) == ErrorCode::precondition_failed);
  CHECK(fixture.user(1)->version == 2);
}

TEST_CASE("a missing user is not found, whatever the date") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto date = GENERATE(std::int64_t{0}, second * 10);
  for (const auto& reply : fixture.write_group(changes_if(if_unmodified_since(date)))) {
    CHECK(code_of(reply) == ErrorCode::user_not_found);
  }
}

TEST_CASE("a date that holds does not hide that the e-mail is taken") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  const auto bob = fixture.create("Bob");
  const auto change = [&](std::int64_t date) {
    return ReplaceUser{
        user_id(bob), {user_name("Bob"), e_mail("ada@example.org")}, if_unmodified_since(date)};
  };
  CHECK(code_of(fixture.write(change(1))) == ErrorCode::email_taken);
  CHECK(code_of(fixture.write(change(0))) == ErrorCode::precondition_failed);
}

}  // namespace
}  // namespace rollcall::tests
