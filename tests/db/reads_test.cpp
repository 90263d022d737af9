// What every engine's reading store promises.
#include "tests/db/store_desk.hpp"

namespace rollcall::tests {
namespace {

std::vector<std::int64_t> ids_of(const UserPage& page) {
  std::vector<std::int64_t> ids;
  for (const UserRef& user : page.users) ids.push_back(user->id.value());
  return ids;
}

using Ids = std::vector<std::int64_t>;

TEST_CASE("a batch brings the users that exist and is silent about the others") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto ada = desk.create("Ada");
  const auto bob = desk.create("Bob");
  const auto found = desk.find({bob, 999, ada});
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 2);
  for (const UserRef& user : *found) {
    CHECK(user->name == user_name(user->id == user_id(ada) ? "Ada" : "Bob"));
  }
}

TEST_CASE("a batch without ids brings nobody") {
  StoreDesk desk(GENERATE(from_range(engines())));
  CHECK(desk.find({}).value().empty());
}

TEST_CASE("a user is read as it was written, to the byte and the millisecond") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const std::string name = "Zoë \xF0\x9F\x90\x98 O'Neil; -- \"DROP\"";
  const auto created =
      desk.write(new_user(name, "Zoe.O'Neil@Example.org"), at_ms(1'700'000'000'123));
  REQUIRE(created.has_value());
  const auto read = desk.user((*created)->id.value());
  REQUIRE(read != nullptr);
  CHECK(*read == **created);
  CHECK(read->name.value() == name);
  CHECK(read->email->value() == "Zoe.O'Neil@Example.org");
  CHECK(read->created_at == at_ms(1'700'000'000'123));
}

TEST_CASE("the longest name and the longest e-mail are kept whole") {
  StoreDesk desk(GENERATE(from_range(engines())));
  std::string name;
  for (int i = 0; i < 200; ++i) name += "\xF0\x9F\x90\x98";
  const std::string email = std::string(242, 'a') + "@example.org";
  REQUIRE(email.size() == 254);
  const auto read = desk.user(desk.create(name, email));
  CHECK(read->name.value() == name);
  CHECK(read->email->value() == email);
}

TEST_CASE("the largest batch is answered whole") {
  StoreDesk desk(GENERATE(from_range(engines())));
  std::vector<Change> changes;
  for (int i = 0; i < 256; ++i) changes.emplace_back(new_user("User"));
  Ids ids;
  for (const auto& reply : desk.write_group(changes)) ids.push_back((*reply)->id.value());
  CHECK(desk.find(ids).value().size() == 256);
}

TEST_CASE("pages ascend by id, and say whether more follow") {
  StoreDesk desk(GENERATE(from_range(engines())));
  for (const char* name : {"a", "b", "c", "d", "e"}) desk.create(name);
  REQUIRE(desk.write(DeleteUser{user_id(3)}).has_value());
  const auto first = desk.list({}, 2).value();
  CHECK(ids_of(first) == Ids{1, 2});
  CHECK(first.more);
  const auto second = desk.list(2, 2).value();
  CHECK(ids_of(second) == Ids{4, 5});
  CHECK_FALSE(second.more);
}

TEST_CASE("a page may begin after an id that nobody has") {
  StoreDesk desk(GENERATE(from_range(engines())));
  for (const char* name : {"a", "b", "c"}) desk.create(name);
  REQUIRE(desk.write(DeleteUser{user_id(2)}).has_value());
  CHECK(ids_of(desk.list(2, 10).value()) == Ids{3});
  CHECK(desk.list(3, 10).value().users.empty());
  CHECK(desk.list(std::numeric_limits<std::int64_t>::max(), 10).value().users.empty());
}

TEST_CASE("an empty directory is an empty page, without more") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto page = desk.list({}, 500).value();
  CHECK(page.users.empty());
  CHECK_FALSE(page.more);
}

TEST_CASE("a page that holds exactly the rest says that no more follow") {
  StoreDesk desk(GENERATE(from_range(engines())));
  for (const char* name : {"a", "b"}) desk.create(name);
  CHECK_FALSE(desk.list({}, 2).value().more);
  CHECK(desk.list({}, 1).value().more);
}

TEST_CASE("more than the largest page or batch is refused, not run") {
  StoreDesk desk(GENERATE(from_range(engines())));
  CHECK(code_of(desk.list({}, 501)) == ErrorCode::internal);
  CHECK(code_of(desk.list({}, 0)) == ErrorCode::internal);
  CHECK(code_of(desk.find(Ids(1'001, 1))) == ErrorCode::internal);
  CHECK(desk.list({}, 500).has_value());
  CHECK(desk.find(Ids(1'000, 1)).has_value());
}

TEST_CASE("reads whose deadline has passed are dropped unexecuted") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = user_id(desk.create("Ada"));
  const auto passed = desk.world().clock().now();
  const auto& reads = desk.stores().reads;
  CHECK(code_of(desk.ask(reads, actors::FindUsers{{id}, passed})) == ErrorCode::deadline_exceeded);
  CHECK(code_of(desk.ask(reads, actors::ListUsers{{}, 10, passed})) ==
        ErrorCode::deadline_exceeded);
  CHECK(code_of(desk.ask(reads, actors::Probe{passed})) == ErrorCode::deadline_exceeded);
}

TEST_CASE("both stores say that they can serve, also an empty directory") {
  StoreDesk desk(GENERATE(from_range(engines())));
  CHECK(desk.ask(desk.stores().reads, actors::Probe{desk.deadline()}).has_value());
  CHECK(desk.ask(desk.stores().writes, actors::Probe{desk.deadline()}).has_value());
  desk.create("Ada");
  CHECK(desk.ask(desk.stores().reads, actors::Probe{desk.deadline()}).has_value());
  CHECK(desk.ask(desk.stores().writes, actors::Probe{desk.deadline()}).has_value());
}

TEST_CASE("a read sees every write that was acknowledged before it") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada");
  for (const char* name : {"Bob", "Cyd", "Dan"}) {
    REQUIRE(desk.write(PatchUser{user_id(id), user_name(name), {}, {}}).has_value());
    CHECK(desk.user(id)->name == user_name(name));
    CHECK(desk.names() == name);
  }
  REQUIRE(desk.write(DeleteUser{user_id(id)}).has_value());
  CHECK(desk.user(id) == nullptr);
}

}  // namespace
}  // namespace rollcall::tests
