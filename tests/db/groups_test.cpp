// What the write store of every engine promises for changes that share a transaction.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

PatchUser rename(std::int64_t id, std::string_view name, Precondition precondition = {}) {
  return {user_id(id), {user_name(name), std::nullopt}, std::move(precondition)};
}

PatchUser set_email(std::int64_t id, std::string_view email) {
  return {user_id(id), {std::nullopt, std::optional(e_mail(email))}, {}};
}

PatchUser remove_email(std::int64_t id) {
  return {user_id(id), {std::nullopt, std::optional<Email>{}}, {}};
}

TEST_CASE("a group is applied in order, and answered in the same order") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto replies = fixture.write_group(
      {new_user("Ada"), new_user("Bob"), rename(1, "Adele"), DeleteUser{user_id(2)}}, at_ms(5));
  REQUIRE(replies.size() == 4);
  CHECK(**replies[0] == User{user_id(1), user_name("Ada"), std::nullopt, 1, at_ms(5), at_ms(5)});
  CHECK((*replies[1])->id == user_id(2));
  CHECK((*replies[2])->name == user_name("Adele"));
  CHECK((*replies[2])->version == 2);
  CHECK(*replies[3] == nullptr);
  CHECK(fixture.names() == "Adele");
}

TEST_CASE("the second write of a user in a group sees the version of the first") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto replies =
      fixture.write_group({rename(1, "Bob", if_version(1)), rename(1, "Cyd", if_version(1)),
                           rename(1, "Dan", if_version(2))});
  CHECK((*replies[0])->version == 2);
  CHECK(code_of(replies[1]) == ErrorCode::precondition_failed);
  CHECK((*replies[2])->version == 3);
  CHECK(fixture.user(1)->name == user_name("Dan"));
  CHECK(fixture.user(1)->version == 3);
}

TEST_CASE("a write after a delete in the same group finds no user") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto replies = fixture.write_group(
      {DeleteUser{user_id(1)}, rename(1, "Bob"), DeleteUser{user_id(1)}, new_user("Cyd")});
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::user_not_found);
  CHECK(code_of(replies[2]) == ErrorCode::user_not_found);
  CHECK((*replies[3])->id == user_id(2));
}

TEST_CASE("of two creates with one e-mail in a group the first wins") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto replies = fixture.write_group(
      {new_user("Ada", "one@example.org"), new_user("Bob", "ONE@example.org"), new_user("Cyd")});
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::email_taken);
  CHECK(replies[2].has_value());
  CHECK(fixture.names() == "Ada,Cyd");
}

TEST_CASE("of changes that want one e-mail in a group the first wins") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const char* name : {"Ada", "Bob", "Cyd"}) fixture.create(name);
  const auto replies =
      fixture.write_group({set_email(1, "one@example.org"), set_email(2, "one@example.org"),
                           ReplaceUser{user_id(3), {user_name("Cyd"), e_mail("one@example.org")}},
                           new_user("Dan", "one@example.org")});
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::email_taken);
  CHECK(code_of(replies[2]) == ErrorCode::email_taken);
  CHECK(code_of(replies[3]) == ErrorCode::email_taken);
  CHECK(fixture.user(2)->version == 1);
}

TEST_CASE("an e-mail that an earlier write of the group gives up is free for a later one") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "one@example.org");
  const auto early = fixture.write_group(
      {new_user("Bob", "one@example.org"), remove_email(1), new_user("Cyd", "one@example.org")});
  CHECK(code_of(early[0]) == ErrorCode::email_taken);
  CHECK(early[1].has_value());
  CHECK(early[2].has_value());
}

TEST_CASE("a write that fails does not affect the other writes of its group") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  const auto replies = fixture.write_group({new_user("Bob"), rename(99, "Nobody"), new_user("Cyd"),
                                            rename(1, "Eve", if_version(9)), new_user("Dan"),
                                            new_user("Fay", "ada@example.org"), new_user("Gus")});
  CHECK(code_of(replies[1]) == ErrorCode::user_not_found);
  CHECK(code_of(replies[3]) == ErrorCode::precondition_failed);
  CHECK(code_of(replies[5]) == ErrorCode::email_taken);
  CHECK(fixture.names() == "Ada,Bob,Cyd,Dan,Gus");
}

TEST_CASE("a group in which every write fails is answered, and changes nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto replies = fixture.write_group({rename(1, "Ada"), DeleteUser{user_id(2)}});
  CHECK(code_of(replies[0]) == ErrorCode::user_not_found);
  CHECK(code_of(replies[1]) == ErrorCode::user_not_found);
  CHECK(fixture.names() == "nobody");
}

TEST_CASE("a write whose deadline has passed is dropped, the others of its group are applied") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto passed = fixture.world().clock().now();
  const auto replies = fixture.send({{{new_user("Ada"), fixture.deadline()},
                                      {new_user("Bob", "bob@example.org"), passed},
                                      {new_user("Cyd", "bob@example.org"), fixture.deadline()}},
                                     at_ms(0)});
  CHECK(replies[0].has_value());
  CHECK(code_of(replies[1]) == ErrorCode::deadline_exceeded);
  CHECK(replies[2].has_value());
  CHECK(fixture.names() == "Ada,Cyd");
}

TEST_CASE("the probe of the writer is dropped when its deadline has passed") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(
      code_of(fixture.ask(fixture.stores().writes, actors::Probe{fixture.world().clock().now()})) ==
      ErrorCode::deadline_exceeded);
}

TEST_CASE("an empty group is answered with nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(fixture.write_group({}).empty());
}

TEST_CASE("a large group is applied whole, each user with an id of its own") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  std::vector<Change> changes;
  for (int i = 0; i < 400; ++i) changes.emplace_back(new_user("User " + std::to_string(i)));
  const auto replies = fixture.write_group(changes);
  for (int i = 0; i < 400; ++i) {
    const auto& reply = replies[static_cast<std::size_t>(i)];
    REQUIRE(reply.has_value());
    CHECK((*reply)->id == user_id(i + 1));
  }
  CHECK(fixture.list({}, 500).value().users.size() == 400);
}

}  // namespace
}  // namespace rollcall::tests
