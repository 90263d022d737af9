// Writes, over the tree of the daemon with fake stores.
#include "tests/support/actors/actor_tree.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const UserRef& user_in(const UserRef& written) { return written; }
const UserRef& user_in(const actors::FoundUser& found) { return found.user; }

template <class Asked>
std::int64_t version(const Asked& asked) {
  if (!asked->reply || !asked->reply->has_value()) return -1;
  const UserRef& user = user_in(**asked->reply);
  return user ? user->version : -1;
}
template <class Asked>
bool failed_with(const Asked& asked, ErrorCode code) {
  return asked->reply && !asked->reply->has_value() && asked->reply->error().code == code;
}

TEST_CASE("an acknowledged write is read through every directory") {
  ActorTree tree;
  CHECK(version(tree.find(4, 0)) == 1);
  CHECK(version(tree.find(4, 1)) == 1);
  CHECK(version(tree.rename(4)) == 2);
  CHECK(version(tree.find(4, 0)) == 2);
  CHECK(version(tree.find(4, 1)) == 2);
}

TEST_CASE("a deleted user is gone from every directory once the delete is acknowledged") {
  ActorTree tree;
  tree.find(4, 1);
  auto deleted = tree.write(DeleteUser{id(4)});
  REQUIRE((deleted->reply && deleted->reply->has_value()));
  CHECK(deleted->reply->value() == nullptr);
  CHECK(failed_with(tree.find(4, 1), ErrorCode::user_not_found));
}

TEST_CASE("a created user is found although its lookup was under way when it was created") {
  ActorTree tree;
  tree.rows->hold = true;
  auto before = tree.find(10);
  tree.rows->hold = false;
  CHECK(version(tree.write(CreateUser{UserName::parse("Ten").value(), {}})) == 1);
  CHECK(version(tree.find(10)) == 1);
  tree.rows->answer_read();
  tree.world.settle();
  CHECK(failed_with(before, ErrorCode::user_not_found));
}

TEST_CASE("writes that wait while a group is under way become the next group, in order") {
  ActorTree tree({4});
  tree.rows->hold = true;
  auto first = tree.rename(1);
  std::vector<decltype(first)> waiting;
  for (int i = 0; i < 6; ++i) waiting.push_back(tree.rename(2));
  CHECK(tree.rows->groups == std::vector<std::size_t>{1});
  tree.rows->hold = false;
  tree.rows->answer_write();
  tree.world.settle();
  CHECK(tree.rows->groups == std::vector<std::size_t>{1, 4, 2});
  for (int i = 0; i < 6; ++i) CHECK(version(waiting[i]) == i + 2);
}

TEST_CASE("with group_max 1 each write is a transaction of its own") {
  ActorTree tree({1});
  tree.rows->hold = true;
  tree.rename(1);
  tree.rename(2);
  tree.rename(3);
  tree.rows->hold = false;
  tree.rows->answer_write();
  tree.world.settle();
  CHECK(tree.rows->groups == std::vector<std::size_t>{1, 1, 1});
}

TEST_CASE("a bad write leaves its neighbours in the group alone") {
  ActorTree tree;
  tree.rows->hold = true;
  tree.rename(1);
  auto good = tree.rename(2);
  auto bad = tree.rename(77);
  auto after = tree.rename(3);
  tree.rows->hold = false;
  tree.rows->answer_write();
  tree.world.settle();
  CHECK(version(good) == 2);
  CHECK(failed_with(bad, ErrorCode::user_not_found));
  CHECK(version(after) == 2);
}

TEST_CASE("a write whose deadline passes before the store has it is not applied") {
  ActorTree tree;
  tree.rows->hold = true;
  tree.rename(1);
  auto late = tree.write(ActorTree::renaming(2), milliseconds{100});
  tree.world.advance(milliseconds{120});
  CHECK(failed_with(late, ErrorCode::deadline_exceeded));
  tree.rows->hold = false;
  tree.rows->answer_write();
  tree.world.advance(seconds{1});
  CHECK(tree.rows->users[id(2)]->version == 1);
}

TEST_CASE("a write that reaches no store is storage_unavailable: it was not applied") {
  ActorTree tree;
  tree.kill("store-write");
  tree.world.settle();
  CHECK(failed_with(tree.rename(4), ErrorCode::storage_unavailable));
  CHECK(tree.rows->users[id(4)]->version == 1);
  tree.world.advance(milliseconds{100});
  CHECK(version(tree.rename(4)) == 2);
}

TEST_CASE("a write lost with its store has an unknown outcome, is not repeated, and is forgotten") {
  const bool applied = GENERATE(true, false);
  ActorTree tree;
  tree.find(4, 0);
  tree.find(4, 1);
  (applied ? tree.rows->crash_after_write : tree.rows->crash_before_write) = true;
  CHECK(failed_with(tree.rename(4), ErrorCode::outcome_unknown));
  const auto groups = tree.rows->groups.size();
  tree.world.advance(seconds{1});
  CHECK(tree.rows->groups.size() == groups);
  CHECK(version(tree.find(4, 0)) == (applied ? 2 : 1));
  CHECK(version(tree.find(4, 1)) == (applied ? 2 : 1));
  CHECK(tree.rows->read.size() > 2);
}

TEST_CASE("a create lost with its store makes every directory forget everything") {
  ActorTree tree;
  tree.find(4, 1);
  tree.rows->crash_after_write = true;
  const auto reads = tree.rows->read.size();
  tree.write(CreateUser{UserName::parse("Ten").value(), {}});
  tree.find(4, 1);
  CHECK(tree.rows->read.size() == reads + 1);
}

TEST_CASE(
    "a write that meets another version, or nobody, makes every directory read the user again") {
  ActorTree tree;
  tree.find(4, 0);
  tree.find(4, 1);
  const bool gone = GENERATE(false, true);
  tree.rows->users[id(4)] = make_user(4, 2);  // nobody has told of it
  if (gone) tree.rows->users.erase(id(4));
  auto patch = std::get<PatchUser>(ActorTree::renaming(4));
  patch.precondition.if_match = VersionSet{false, {1}};
  const auto refused = tree.write(patch);
  REQUIRE(refused->reply.has_value());
  CHECK(refused->reply->error().code ==
        (gone ? ErrorCode::user_not_found : ErrorCode::precondition_failed));
  for (const std::size_t directory : {0, 1}) {
    const auto read = tree.find(4, directory);
    if (gone) CHECK(read->reply->error().code == ErrorCode::user_not_found);
    if (!gone) CHECK(version(read) == 2);
  }
}

TEST_CASE("a registrar that ends between commit and forgetting: the next read is the new row") {
  ActorTree tree;
  tree.find(4, 0);
  tree.find(4, 1);
  tree.rows->hold = true;
  auto write = tree.rename(4);
  // Committed, and nobody has heard of it.
  tree.rows->apply(tree.rows->held_writes.front().first);
  tree.kill("registrar");
  tree.world.settle();
  REQUIRE(write->failure.has_value());
  CHECK(*write->failure == actors::lost);
  tree.rows->hold = false;
  tree.rows->held_writes.clear();
  tree.world.advance(milliseconds{100});
  CHECK(version(tree.find(4, 0)) == 2);
  CHECK(version(tree.find(4, 1)) == 2);
  CHECK(version(tree.rename(4)) == 3);
}

TEST_CASE(
    "a registrar's successor takes no write before every directory has forgotten everything") {
  ActorTree tree;
  tree.find(4, 0);
  tree.kill("feed");  // nobody can be told to forget
  tree.world.settle();
  tree.kill("registrar");
  tree.world.settle();
  tree.rows->users[id(4)] = make_user(4, 2);
  // Whenever the registrar works again, no directory may still have the old row.
  for (int i = 0; i < 500; ++i) {
    tree.world.advance(milliseconds{1});
    if (version(tree.rename(5)) > 0) break;
  }
  CHECK(version(tree.find(4, 0)) == 2);
}

TEST_CASE(
    "a feed that ends between commit and forgetting: the write waits, and the next read is new") {
  ActorTree tree;
  tree.find(4, 0);
  tree.find(4, 1);
  tree.rows->hold = true;
  auto write = tree.rename(4);
  tree.kill("feed");
  tree.world.settle();
  tree.rows->hold = false;
  tree.rows->answer_write();
  tree.world.settle();
  CHECK(write->open());
  tree.world.advance(milliseconds{300});
  CHECK(version(write) == 2);
  CHECK(version(tree.find(4, 0)) == 2);
  CHECK(version(tree.find(4, 1)) == 2);
}

TEST_CASE("what crashes in storage before lookup has begun is started again") {
  ActorTree tree({}, false);
  const std::string whom = GENERATE(std::string("store-write"), std::string("registrar"));
  INFO(whom);
  const auto first = tree.child(whom);
  tree.kill(whom);
  tree.world.settle();
  REQUIRE_FALSE(tree.child(whom));
  tree.world.advance(seconds{1});
  const auto second = tree.child(whom);
  REQUIRE(second);
  CHECK(second != first);
}

TEST_CASE("a writing store that ends makes every directory forget before its successor starts") {
  ActorTree tree;
  tree.find(4, 0);
  tree.rows->users[id(4)] = make_user(4, 2);
  tree.kill("store-write");
  tree.world.advance(milliseconds{100});
  CHECK(version(tree.rename(5)) == 2);
  CHECK(version(tree.find(4, 0)) == 2);
}

TEST_CASE("a directory that ends does not keep writes from being acknowledged") {
  ActorTree tree;
  tree.find(4, 1);
  tree.kill("directory-0");
  tree.world.settle();
  CHECK(version(tree.rename(4)) == 2);
  tree.world.advance(milliseconds{100});
  CHECK(version(tree.find(4, 1)) == 2);
}

TEST_CASE("a read store that crashes under lookups answers them all after its restart") {
  ActorTree tree;
  tree.rows->crash_on_read = true;
  auto first = tree.find_later(1);
  auto second = tree.find_later(2);
  tree.world.settle();
  CHECK((first->open() && second->open()));
  tree.world.advance(milliseconds{150});
  CHECK(version(first) == 1);
  CHECK(version(second) == 1);
}

TEST_CASE("a write that finds no such user, against the cache, drops it from every directory") {
  ActorTree tree;
  CHECK(version(tree.find(4, 0)) == 1);
  CHECK(version(tree.find(4, 1)) == 1);
  tree.rows->users.erase(id(4));  // nobody tells
  REQUIRE(version(tree.find(4, 0)) == 1);
  CHECK(failed_with(tree.rename(4), ErrorCode::user_not_found));
  CHECK(failed_with(tree.find(4, 0), ErrorCode::user_not_found));
  CHECK(failed_with(tree.find(4, 1), ErrorCode::user_not_found));
}

TEST_CASE("a user with a write of unknown outcome is not kept until a later write is known") {
  ActorTree tree;
  tree.rows->crash_before_write = true;
  CHECK(failed_with(tree.rename(4), ErrorCode::outcome_unknown));
  tree.world.advance(seconds{1});
  CHECK(version(tree.find(4)) == 1);
  tree.rows->users[id(4)] = make_user(4, 2);  // the COMMIT comes late
  CHECK(version(tree.find(4)) == 2);
  CHECK(version(tree.rename(4)) == 3);
  CHECK(version(tree.find(4)) == 3);
  const auto reads = tree.rows->read.size();
  CHECK(version(tree.find(4)) == 3);
  CHECK(tree.rows->read.size() == reads);
}

}  // namespace
}  // namespace rollcall::tests
