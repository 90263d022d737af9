// Lists of users: what the read store of every engine promises.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

std::string ids_in(const actors::ListUsersReply& list) {
  REQUIRE(list.has_value());
  std::string ids;
  for (const auto& user : list->users) {
    ids += (ids.empty() ? "" : " ") + std::to_string(user->id.value());
  }
  return ids + (list->more ? " more" : "");
}

ListPosition position(std::int64_t id, std::string key = {}) { return {std::move(key), id}; }

NamePrefix prefix(std::string_view text) { return *NamePrefix::parse(text); }

UserIds ids(const std::vector<std::int64_t>& numbers) {
  UserIds ids;
  for (const auto number : numbers) ids.push_back(user_id(number));
  return ids;
}

CreateUser with_keys(std::string_view name, std::string_view username, std::string_view external) {
  CreateUser create = new_user(name, std::string(username) + "@Example.org");
  create.fields.username = *Username::parse(username);
  create.fields.external_id = *ExternalId::parse(external);
  return create;
}

CreateUser closed(std::string_view name) {
  CreateUser create = new_user(name);
  create.fields.active = false;
  return create;
}

TEST_CASE("pages go both ways, and say whether more follow in their direction") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const auto* name : {"a", "b", "c", "d", "e"}) fixture.create(name);
  REQUIRE(fixture.write(DeleteUser{user_id(3)}).has_value());
  const auto before = [&](std::int64_t id, int limit) {
    return ids_in(fixture.list(PageQuery{.before = position(id), .limit = limit}));
  };
  CHECK(before(5, 2) == "2 4 more");
  CHECK(before(4, 2) == "1 2");
  CHECK(before(3, 1) == "2 more");
  CHECK(before(1, 2) == "");
  CHECK(before(std::numeric_limits<std::int64_t>::max(), 500) == "1 2 4 5");
}

TEST_CASE("a page may have only users who are active, or who are not") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const auto* name : {"a", "b", "c"}) {
    fixture.create(name);
    REQUIRE(fixture.write(closed(name)).has_value());
  }
  const auto page = [&](bool active, PageQuery query) {
    query.filter.active = active;
    return ids_in(fixture.list(query));
  };
  CHECK(page(true, {}) == "1 3 5");
  CHECK(page(false, {}) == "2 4 6");
  CHECK(page(true, {.after = position(1), .limit = 1}) == "3 more");
  CHECK(page(false, {.after = position(2), .limit = 2}) == "4 6");
  CHECK(page(true, {.before = position(5), .limit = 1}) == "3 more");
  CHECK(page(false, {.before = position(4), .limit = 1}) == "2");
  PatchUser reopen{user_id(4), {std::nullopt, std::nullopt}};
  reopen.patch.active = true;
  REQUIRE(fixture.write(reopen).has_value());
  CHECK(page(false, {}) == "2 6");
  CHECK(page(true, {}) == "1 3 4 5");
}

TEST_CASE("names that begin with a prefix are listed by name and id, ignoring ASCII case") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const auto* name : {"ada", "Bob", "ADAM", "Ada", "ad", "ae", "A", "\u00c4da", "adA"}) {
    fixture.create(name);
  }
  const auto page = [&](std::string_view name, PageQuery query = {}) {
    query.filter.name = prefix(name);
    return ids_in(fixture.list(query));
  };
  CHECK(page("AD") == "5 1 4 9 3");
  CHECK(page("ada", {.limit = 2}) == "1 4 more");
  CHECK(page("ada", {.after = position(4, "ada"), .limit = 2}) == "9 3");
  CHECK(page("ada", {.before = position(3, "adam"), .limit = 2}) == "4 9 more");
  CHECK(page("ada", {.before = position(4, "ada"), .limit = 2}) == "1");
  CHECK(page("\u00c4") == "8");
  CHECK(page("\u00e4") == "");  // only the case of ASCII letters
  CHECK(page("b") == "2");
  CHECK(page("x") == "");
  CHECK(page("%") == "");
  CHECK(page("_") == "");
}

TEST_CASE("a position outside the prefix leads to no other names") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const auto* name : {"aa", "b1", "b2", "cc"}) fixture.create(name);
  const auto page = [&](PageQuery query) {
    query.filter.name = prefix("b");
    return ids_in(fixture.list(query));
  };
  CHECK(page({.after = position(1, "a")}) == "2 3");
  CHECK(page({.after = position(9, "c")}) == "");
  CHECK(page({.before = position(9, "d")}) == "2 3");
  CHECK(page({.before = position(9, "a")}) == "");
}

TEST_CASE("a list by name follows a changed name, and may be of active users") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  REQUIRE(fixture.write(closed("Adam")).has_value());
  REQUIRE(fixture.write(PatchUser{user_id(1), {user_name("Bob"), std::nullopt}}).has_value());
  fixture.create("adele");
  const auto page = [&](std::string_view name, std::optional<bool> active) {
    return ids_in(fixture.list(PageQuery{.filter = {.active = active, .name = prefix(name)}}));
  };
  CHECK(page("ad", {}) == "2 3");
  CHECK(page("ad", true) == "3");
  CHECK(page("ad", false) == "2");
  CHECK(page("bob", {}) == "1");
}

TEST_CASE("a user is found by e-mail, username or external id") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Nobody");
  REQUIRE(fixture.write(with_keys("Ada", "Ada", "X-1")).has_value());
  REQUIRE(fixture.write(with_keys("Bob", "Bob", "x-1")).has_value());
  const auto found = [&](UserKey::Field field, const std::string& value) {
    return ids_in(fixture.list(UserKey{field, value}));
  };
  using Field = UserKey::Field;
  CHECK(found(Field::email, "ada@example.org") == "2");
  CHECK(found(Field::username, "bob") == "3");
  CHECK(found(Field::external_id, "X-1") == "2");
  CHECK(found(Field::external_id, "x-1") == "3");
  CHECK(found(Field::external_id, "bob") == "");
  CHECK(found(Field::email, "bob") == "");
  CHECK(found(Field::username, "Bob") == "");  // no key
  REQUIRE(fixture.write(DeleteUser{user_id(2)}).has_value());
  CHECK(found(Field::email, "ada@example.org") == "");
}

TEST_CASE("users are found by their ids, those that exist") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (const auto* name : {"a", "b", "c"}) fixture.create(name);
  REQUIRE(fixture.write(DeleteUser{user_id(2)}).has_value());
  auto found = fixture.list(ids({3, 2, 1, 99}));
  REQUIRE(found.has_value());
  std::sort(found->users.begin(), found->users.end(),
            [](const auto& a, const auto& b) { return a->id < b->id; });
  CHECK(ids_in(found) == "1 3");
  CHECK(fixture.list(ids({1})).value().users.size() == 1);
}

TEST_CASE("a count is of the users that a page's filter selects") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(fixture.count({}) == 0);
  for (const auto* name : {"Ada", "adam", "Bob"}) fixture.create(name);
  REQUIRE(fixture.write(closed("Adele")).has_value());
  CHECK(fixture.count({}) == 4);
  CHECK(fixture.count({.active = true}) == 3);
  CHECK(fixture.count({.active = false}) == 1);
  CHECK(fixture.count({.name = prefix("AD")}) == 3);
  CHECK(fixture.count({.active = true, .name = prefix("ad")}) == 2);
  CHECK(fixture.count({.name = prefix("x")}) == 0);
}

TEST_CASE("more ids than the limit are refused, not run") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  UserIds many(1'001, user_id(1));
  CHECK(code_of(fixture.list(many)) == ErrorCode::internal);
}

TEST_CASE("lists and counts whose deadline has passed are dropped unexecuted") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto passed = fixture.world().clock().now();
  for (const ListQuery& query :
       {ListQuery(PageQuery{}), ListQuery(UserKey{}), ListQuery(ids({1}))}) {
    CHECK(code_of(fixture.ask(fixture.stores().reads, actors::ListUsers{query, passed})) ==
          ErrorCode::deadline_exceeded);
  }
  CHECK(code_of(fixture.ask(fixture.stores().reads, actors::CountUsers{{}, passed})) ==
        ErrorCode::deadline_exceeded);
}

}  // namespace
}  // namespace rollcall::tests
