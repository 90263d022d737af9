// What the read store of every engine promises.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

std::vector<std::int64_t> ids_of(const UserPage& page) {
  std::vector<std::int64_t> ids;
  for (const UserRef& user : page.users) ids.push_back(user->id.value());
  return ids;
}

using Ids = std::vector<std::int64_t>;

TEST_CASE("a batch returns the users that exist and omits the others") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto ada = fixture.create("Ada");
  const auto bob = fixture.create("Bob");
  const auto found = fixture.find({bob, 999, ada});
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 2);
  for (const UserRef& user : *found) {
    CHECK(user->name == user_name(user->id == user_id(ada) ? "Ada" : "Bob"));
  }
}

TEST_CASE("a batch without ids returns no users") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(fixture.find({}).value().empty());
}

TEST_CASE("a user is read as it was written, to the byte and the millisecond") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const std::string name = "Zoë \xF0\x9F\x90\x98 O'Neil; -- \"DROP\"";
  const auto created =
      fixture.write(new_user(name, "Zoe.O'Neil@Example.org"), at_ms(1'700'000'000'123));
  REQUIRE(created.has_value());
  const auto read = fixture.user((*created)->id.value());
  REQUIRE(read != nullptr);
  CHECK(*read == **created);
  CHECK(read->name.value() == name);
  CHECK(read->email->value() == "Zoe.O'Neil@Example.org");
  CHECK(read->created_at == at_ms(1'700'000'000'123));
}

TEST_CASE("the longest name and the longest e-mail are kept whole") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  std::string name;
  for (int i = 0; i < 200; ++i) name += "\xF0\x9F\x90\x98";
  const std::string email = std::string(242, 'a') + "@example.org";
  REQUIRE(email.size() == 254);
  const auto read = fixture.user(fixture.create(name, email));
  CHECK(read->name.value() == name);
  CHECK(read->email->value() == email);
}

TEST_CASE("the largest batch is answered whole") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  std::vector<Change> changes;
  for (int i = 0; i < 256; ++i) changes.emplace_back(new_user("User"));
  Ids ids;
  for (const auto& reply : fixture.write_group(changes)) ids.push_back((*reply)->id.value());
  CHECK(fixture.find(ids).value().size() == 256);
}

TEST_CASE("pages ascend by id, and say whether more follow") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const char* name : {"a", "b", "c", "d", "e"}) fixture.create(name);
  REQUIRE(fixture.write(DeleteUser{user_id(3)}).has_value());
  const auto first = fixture.list({}, 2).value();
  CHECK(ids_of(first) == Ids{1, 2});
  CHECK(first.more);
  const auto second = fixture.list(2, 2).value();
  CHECK(ids_of(second) == Ids{4, 5});
  CHECK_FALSE(second.more);
}

TEST_CASE("a page may begin after an id that no user has") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const char* name : {"a", "b", "c"}) fixture.create(name);
  REQUIRE(fixture.write(DeleteUser{user_id(2)}).has_value());
  CHECK(ids_of(fixture.list(2, 10).value()) == Ids{3});
  CHECK(fixture.list(3, 10).value().users.empty());
  CHECK(fixture.list(std::numeric_limits<std::int64_t>::max(), 10).value().users.empty());
}

TEST_CASE("an empty database is an empty page, without more") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto page = fixture.list({}, 500).value();
  CHECK(page.users.empty());
  CHECK_FALSE(page.more);
}

TEST_CASE("a page that holds exactly the rest reports that no more follow") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const char* name : {"a", "b"}) fixture.create(name);
  CHECK_FALSE(fixture.list({}, 2).value().more);
  CHECK(fixture.list({}, 1).value().more);
}

TEST_CASE("more than the largest page or batch is refused, not run") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(code_of(fixture.list({}, 501)) == ErrorCode::internal);
  CHECK(code_of(fixture.list({}, 0)) == ErrorCode::internal);
  CHECK(code_of(fixture.find(Ids(1'001, 1))) == ErrorCode::internal);
  CHECK(fixture.list({}, 500).has_value());
  CHECK(fixture.find(Ids(1'000, 1)).has_value());
}

TEST_CASE("reads whose deadline has passed are dropped unexecuted") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = user_id(fixture.create("Ada"));
  const auto passed = fixture.world().clock().now();
  const auto& reads = fixture.stores().reads;
  CHECK(code_of(fixture.ask(reads, actors::FindUsers{{id}, passed})) ==
        ErrorCode::deadline_exceeded);
  CHECK(code_of(fixture.ask(reads, actors::ListUsers{PageQuery{.limit = 10}, passed})) ==
        ErrorCode::deadline_exceeded);
  CHECK(code_of(fixture.ask(reads, actors::Probe{passed})) == ErrorCode::deadline_exceeded);
}

TEST_CASE("both stores report that they can serve, also an empty database") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(fixture.ask(fixture.stores().reads, actors::Probe{fixture.deadline()}).has_value());
  CHECK(fixture.ask(fixture.stores().writes, actors::Probe{fixture.deadline()}).has_value());
  fixture.create("Ada");
  CHECK(fixture.ask(fixture.stores().reads, actors::Probe{fixture.deadline()}).has_value());
  CHECK(fixture.ask(fixture.stores().writes, actors::Probe{fixture.deadline()}).has_value());
}

TEST_CASE("a read sees every write that was acknowledged before it") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = fixture.create("Ada");
  for (const char* name : {"Bob", "Cyd", "Dan"}) {
    REQUIRE(fixture.write(PatchUser{user_id(id), {user_name(name), {}}, {}}).has_value());
    CHECK(fixture.user(id)->name == user_name(name));
    CHECK(fixture.names() == name);
  }
  REQUIRE(fixture.write(DeleteUser{user_id(id)}).has_value());
  CHECK(fixture.user(id) == nullptr);
}

}  // namespace
}  // namespace rollcall::tests
