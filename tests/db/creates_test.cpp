// Many creates in one group, which an engine may store together: what holds for each of them.
#include <set>

#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

/// Checks the replies to these creates, of which those with these indices found their e-mail taken:
/// each reply is of the user that was asked for, who is stored under its id, and ids ascend.
void check_created(StoreFixture& fixture, const std::vector<CreateUser>& asked,
                   const std::vector<ChangeResult>& replies, const std::set<std::size_t>& taken) {
  REQUIRE(replies.size() == asked.size());
  std::int64_t last = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    INFO("create " << i);
    if (taken.contains(i)) {
      CHECK(code_of(replies[i]) == ErrorCode::email_taken);
      continue;
    }
    REQUIRE(replies[i].has_value());
    const User& user = **replies[i];
    CHECK(user.name == asked[i].fields.name);
    CHECK(user.email == asked[i].fields.email);
    CHECK(user.version == 1);
    CHECK(user.id.value() > last);
    last = user.id.value();
    const auto stored = fixture.user(last);
    REQUIRE(stored != nullptr);
    CHECK(*stored == user);
  }
}

TEST_CASE("of many creates at once each is answered with its own user, and ids ascend") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  fixture.create("Bob", "bob@example.org");
  std::vector<CreateUser> asked;
  std::set<std::size_t> taken;
  for (std::size_t i = 0; i < 64; ++i) {
    const auto name = "Guest " + std::to_string(i / 8);  // not of one alone
    if (i % 8 == 2) {                                    // the e-mail of an existing user
      asked.push_back(new_user(name, i % 16 == 2 ? "ada@example.org" : "BOB@example.org"));
      taken.insert(i);
    } else if (i % 8 == 4) {  // of three one after the other the first has it
      asked.push_back(new_user(name, "guest" + std::to_string(i / 24) + "@example.org"));
      if (i % 24 != 4) taken.insert(i);
    } else if (i % 8 == 5) {  // the same name and e-mail as another
      asked.push_back(new_user("Twin", "twin@example.org"));
      if (i != 5) taken.insert(i);
    } else if (i % 8 == 7) {
      asked.push_back(new_user("Namesake"));
    } else if (i % 8 == 6) {
      asked.push_back(new_user(name, std::to_string(i) + "@example.org"));
    } else {
      asked.push_back(new_user(name));
    }
  }
  const auto replies = fixture.write_group({asked.begin(), asked.end()}, at_ms(7));
  check_created(fixture, asked, replies, taken);
  const auto stored = fixture.list({}, 500);
  REQUIRE(stored.has_value());
  CHECK(stored->users.size() == 2 + 64 - taken.size());
}

TEST_CASE("many creates at once whose e-mails are all taken create nobody") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  const std::vector<Change> changes(20, new_user("Eve", "ada@example.org"));
  for (const auto& reply : fixture.write_group(changes)) {
    CHECK(code_of(reply) == ErrorCode::email_taken);
  }
  CHECK(fixture.names() == "Ada");
}

TEST_CASE("many creates before and after a change of a user in their group keep the order") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  fixture.create("Bob", "bob@example.org");
  const std::vector<CreateUser> asked(30, new_user("Guest"));
  std::vector<Change> changes(asked.begin(), asked.end());
  // The e-mail is taken before the change that gives it up, and free after it.
  changes[3] = new_user("Early", "ada@example.org");
  changes[10] = PatchUser{user_id(1), {std::nullopt, std::optional<Email>{}}, {}};
  changes[14] = new_user("Ada's", "ada@example.org");
  changes[17] = new_user("Early", "bob@example.org");
  changes[20] = DeleteUser{user_id(2)};
  changes[22] = new_user("Bob's", "bob@example.org");
  changes[29] = PatchUser{user_id(1), {user_name("Adele"), std::nullopt}, {}};
  const auto replies = fixture.write_group(changes);
  std::vector<CreateUser> created;
  std::vector<ChangeResult> of_creates;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (const auto* create = std::get_if<CreateUser>(&changes[i])) {
      created.push_back(*create);
      of_creates.push_back(replies[i]);
    } else {
      CHECK(replies[i].has_value());
    }
  }
  check_created(fixture, created, of_creates, {3, 16});
  CHECK(fixture.user(1)->name == user_name("Adele"));
  CHECK(fixture.user(1)->version == 3);
  CHECK(fixture.user(2) == nullptr);
}

}  // namespace
}  // namespace rollcall::tests
