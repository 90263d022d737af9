// Writes through the actors of the daemon, on fake stores.
#include "tests/support/actors/actor_tree.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("an acknowledged write is read through every user lookup") {
  ActorTree tree;
  CHECK(version(tree.find(4, 0)) == 1);
  CHECK(version(tree.find(4, 1)) == 1);
  CHECK(version(tree.rename(4)) == 2);
  CHECK(version(tree.find(4, 0)) == 2);
  CHECK(version(tree.find(4, 1)) == 2);
}

TEST_CASE("a deleted user is gone from every user lookup once the delete is acknowledged") {
  ActorTree tree;
  tree.find(4, 1);
  auto deleted = tree.write(DeleteUser{id(4)});
  REQUIRE((deleted->reply && deleted->reply->has_value()));
  CHECK(deleted->reply->value() == nullptr);
  CHECK(failed_with(tree.find(4, 1), ErrorCode::user_not_found));
}

TEST_CASE("a created user is found although a lookup of it was in flight at its creation") {
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

TEST_CASE("writes that wait while a group is in progress become the next group, in order") {
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

TEST_CASE("a write that fails does not affect the other writes of its group") {
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

TEST_CASE(
    "a write whose store crashes has an unknown outcome, is not retried, and is invalidated") {
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

TEST_CASE("a create whose store crashes makes every user lookup invalidate everything") {
  ActorTree tree;
  tree.find(4, 1);
  tree.rows->crash_after_write = true;
  const auto reads = tree.rows->read.size();
  tree.write(CreateUser{UserName::parse("Ten").value(), {}});
  tree.find(4, 1);
  CHECK(tree.rows->read.size() == reads + 1);
}

TEST_CASE("a write that finds another version, or no user, makes every user lookup read it again") {
  ActorTree tree;
  tree.find(4, 0);
  tree.find(4, 1);
  const bool gone = GENERATE(false, true);
  const bool by_body = GENERATE(false, true);
  tree.rows->users[id(4)] = make_user(4, 2);  // without a notification
  if (gone) tree.rows->users.erase(id(4));
  auto patch = std::get<PatchUser>(ActorTree::renaming(4));
  if (by_body) patch.expected.version = 1;
  if (!by_body) patch.precondition.if_match = VersionSet{false, {1}};
  const auto refused = tree.write(patch);
  REQUIRE(refused->reply.has_value());
  const auto other = by_body ? ErrorCode::validation_failed : ErrorCode::precondition_failed;
  CHECK(refused->reply->error().code == (gone ? ErrorCode::user_not_found : other));
  for (const std::size_t lookup : {0, 1}) {
    const auto read = tree.find(4, lookup);
    if (gone) CHECK(read->reply->error().code == ErrorCode::user_not_found);
    if (!gone) CHECK(version(read) == 2);
  }
}

TEST_CASE("a write sequencer ends between commit and invalidation: the next read is the new row") {
  ActorTree tree;
  tree.find(4, 0);
  tree.find(4, 1);
  tree.rows->hold = true;
  auto write = tree.rename(4);
  // Committed, and not yet invalidated.
  tree.rows->apply(tree.rows->held_writes.front().first);
  tree.kill("write-sequencer");
  tree.world.settle();
  REQUIRE(write->failure.has_value());
  CHECK(*write->failure == actors::receiver_down);
  tree.rows->hold = false;
  tree.rows->held_writes.clear();
  tree.world.advance(milliseconds{100});
  CHECK(version(tree.find(4, 0)) == 2);
  CHECK(version(tree.find(4, 1)) == 2);
  CHECK(version(tree.rename(4)) == 3);
}

TEST_CASE("a restarted write sequencer accepts no write before all lookups were invalidated") {
  ActorTree tree;
  tree.find(4, 0);
  tree.kill("invalidation-feed");  // nothing can be invalidated
  tree.world.settle();
  tree.kill("write-sequencer");
  tree.world.settle();
  tree.rows->users[id(4)] = make_user(4, 2);
  // Once the write sequencer works again, no user lookup may still have the old row.
  for (int i = 0; i < 500; ++i) {
    tree.world.advance(milliseconds{1});
    if (version(tree.rename(5)) > 0) break;
  }
  CHECK(version(tree.find(4, 0)) == 2);
}

TEST_CASE("the feed ends between commit and invalidation: the write waits, the next read is new") {
  ActorTree tree;
  tree.find(4, 0);
  tree.find(4, 1);
  tree.rows->hold = true;
  auto write = tree.rename(4);
  tree.kill("invalidation-feed");
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

TEST_CASE("an actor of storage that crashes before lookup was started is restarted") {
  ActorTree tree({}, false);
  const std::string name = GENERATE(std::string("store-write"), std::string("write-sequencer"));
  INFO(name);
  const auto first = tree.child(name);
  tree.kill(name);
  tree.world.settle();
  REQUIRE_FALSE(tree.child(name));
  tree.world.advance(seconds{1});
  const auto second = tree.child(name);
  REQUIRE(second);
  CHECK(second != first);
}

TEST_CASE(
    "a write store that ends makes every user lookup invalidate before its successor starts") {
  ActorTree tree;
  tree.find(4, 0);
  tree.rows->users[id(4)] = make_user(4, 2);
  tree.kill("store-write");
  tree.world.advance(milliseconds{100});
  CHECK(version(tree.rename(5)) == 2);
  CHECK(version(tree.find(4, 0)) == 2);
}

TEST_CASE("writes are acknowledged although a user lookup has ended") {
  ActorTree tree;
  tree.find(4, 1);
  tree.kill("user-lookup-0");
  tree.world.settle();
  CHECK(version(tree.rename(4)) == 2);
  tree.world.advance(milliseconds{100});
  CHECK(version(tree.find(4, 1)) == 2);
}

TEST_CASE("lookups in flight at a crash of the read store are answered after its restart") {
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

TEST_CASE("a write that finds no such user removes the cached one from every user lookup") {
  ActorTree tree;
  CHECK(version(tree.find(4, 0)) == 1);
  CHECK(version(tree.find(4, 1)) == 1);
  tree.rows->users.erase(id(4));  // without a notification
  REQUIRE(version(tree.find(4, 0)) == 1);
  CHECK(failed_with(tree.rename(4), ErrorCode::user_not_found));
  CHECK(failed_with(tree.find(4, 0), ErrorCode::user_not_found));
  CHECK(failed_with(tree.find(4, 1), ErrorCode::user_not_found));
}

TEST_CASE("a user with a write of unknown outcome is not cached until a later write's is known") {
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
