// What the log of changes of every engine promises.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

using Seqs = std::vector<std::int64_t>;

/// "2 updated 1": the user, what was done, the version.
std::string shown(const LoggedChange& change) {
  const auto kind = change.kind == ChangeKind::created   ? " created "
                    : change.kind == ChangeKind::updated ? " updated "
                                                         : " deleted ";
  return std::to_string(change.user.value()) + kind + std::to_string(change.version);
}

std::string shown(const ChangesPage& page) {
  std::string text;
  for (const auto& change : page.changes) text += (text.empty() ? "" : ", ") + shown(change);
  return text;
}

Change renamed(std::int64_t id, std::string_view name) {
  return PatchUser{user_id(id), {user_name(name), {}}, {}};
}

TEST_CASE("each change of a user is in the log, in the order of the writes, with its version") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(shown(fixture.changes({.after = 0}).value()).empty());
  const auto ada = fixture.create("Ada");
  const auto bob = fixture.create("Bob");
  REQUIRE(fixture.write(renamed(ada, "Eve")).has_value());
  REQUIRE(fixture.write(ReplaceUser{user_id(bob), {user_name("Ben"), {}}, {}}).has_value());
  REQUIRE(fixture.write(DeleteUser{user_id(ada)}).has_value());
  const auto page = fixture.changes({.after = 0});
  REQUIRE(page.has_value());
  CHECK(shown(*page) == "1 created 1, 2 created 1, 1 updated 2, 2 updated 2, 1 deleted 2");
  std::int64_t last = 0;
  for (const auto& change : page->changes) {
    CHECK(change.seq > last);
    last = change.seq;
    CHECK_FALSE(change.by.has_value());
    CHECK(change.at > at_ms(1'700'000'000'000));
  }
  CHECK(page->next == last);
}

TEST_CASE("a group is in the log in its order, without what was refused or changed nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto ada = fixture.create("Ada", "ada@x");
  const auto before = fixture.changes({}).value().next;
  std::vector<Change> changes{renamed(ada, "Eve"), renamed(99, "Nobody"), renamed(ada, "Eve"),
                              new_user("Bob", "ada@x"), renamed(ada, "Ada")};
  for (int i = 0; i < 20; ++i) changes.emplace_back(new_user("Guest"));
  changes.emplace_back(new_user("Cyd", "ada@x"));
  changes.emplace_back(DeleteUser{user_id(ada)});
  std::string expected = std::to_string(ada) + " updated 2, " + std::to_string(ada) + " updated 3";
  const auto replies = fixture.write_group(changes);
  for (std::size_t i = 5; i < 25; ++i) {
    expected += ", " + std::to_string((*replies[i])->id.value()) + " created 1";
  }
  expected += ", " + std::to_string(ada) + " deleted 3";
  CHECK(shown(fixture.changes({.after = before, .limit = 100}).value()) == expected);
}

TEST_CASE("pages of changes follow one another without a gap, whatever their size") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  for (int i = 0; i < 7; ++i) fixture.create("Guest");
  Seqs all;
  const auto whole = fixture.changes({.after = 0}).value();
  for (const auto& change : whole.changes) all.push_back(change.seq);
  REQUIRE(all.size() == 7);
  for (const int limit : {1, 2, 7, 500}) {
    Seqs met;
    ChangesQuery query{.after = 0, .limit = limit};
    while (true) {
      const auto page = fixture.changes(query);
      REQUIRE(page.has_value());
      if (page->changes.empty()) break;
      CHECK(std::cmp_less_equal(page->changes.size(), limit));
      for (const auto& change : page->changes) met.push_back(change.seq);
      query.after = page->next;
    }
    CHECK(met == all);
  }
}

TEST_CASE("an empty page of changes says where to go on, and misses nothing that follows") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto end = fixture.changes({}).value();
  CHECK(end.changes.empty());
  const auto empty = fixture.changes({.after = end.next}).value();
  CHECK(empty == end);
  const auto bob = fixture.create("Bob");
  CHECK(shown(fixture.changes({.after = empty.next}).value()) ==
        std::to_string(bob) + " created 1");
}

TEST_CASE("the changes of one user come alone, and lead past those of the others") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto ada = fixture.create("Ada");
  const auto bob = fixture.create("Bob");
  for (const char* name : {"a", "b", "c"}) {
    REQUIRE(fixture.write(renamed(ada, name)).has_value());
    REQUIRE(fixture.write(renamed(bob, name)).has_value());
  }
  const auto first = fixture.changes({.after = 0, .limit = 2, .user = user_id(bob)}).value();
  CHECK(shown(first) == "2 created 1, 2 updated 2");
  CHECK(first.next == first.changes.back().seq);
  fixture.create("Cyd");
  const auto rest = fixture.changes({.after = first.next, .user = user_id(bob)}).value();
  CHECK(shown(rest) == "2 updated 3, 2 updated 4");
  CHECK(rest.next == fixture.changes({}).value().next);
  CHECK(fixture.changes({.after = 0, .user = user_id(77)}).value().changes.empty());
}

TEST_CASE("a cursor that the log does not reach yet is refused, as after a restored backup") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto end = fixture.changes({}).value().next;
  CHECK(code_of(fixture.changes({.after = end + 1})) == ErrorCode::changes_expired);
  CHECK(fixture.changes({.after = end}).has_value());
}

TEST_CASE("more than the largest page of changes is refused, not run") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  CHECK(code_of(fixture.changes({.after = 0, .limit = 501})) == ErrorCode::internal);
  CHECK(code_of(fixture.changes({.after = 0, .limit = 0})) == ErrorCode::internal);
  CHECK(fixture.changes({.after = 0, .limit = 500}).has_value());
}

}  // namespace
}  // namespace rollcall::tests
