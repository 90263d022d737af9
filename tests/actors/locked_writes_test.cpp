// Writes of users whom another program keeps locked wait; other writes do not.
#include "tests/support/actors/actor_tree.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
TEST_CASE("a locked user's write is retried with growing delays until the lock is released") {
  ActorTree tree;
  tree.rows->locked = {id(2)};
  auto locked = tree.rename(2);
  auto other = tree.rename(1);
  CHECK((locked->open() && version(other) == 2));
  tree.rows->groups.clear();
  // Retried after 5, 10, 20, 40, 80, 100, 100 ... ms; retries that are due are sent every 10 ms.
  tree.world.advance(milliseconds{1'000});
  CHECK(tree.rows->groups.size() >= 8);
  CHECK(tree.rows->groups.size() <= 16);
  CHECK(tree.rows->groups == std::vector<std::size_t>(tree.rows->groups.size(), 1));
  tree.rows->locked.clear();
  tree.world.advance(milliseconds{120});
  CHECK(version(locked) == 2);
  tree.rows->groups.clear();
  tree.world.advance(seconds{1});
  CHECK(tree.rows->groups.empty());
}

TEST_CASE("later writes of a locked user wait in order; writes of other users are applied") {
  ActorTree tree;
  tree.rows->locked = {id(2)};
  auto first = tree.rename(2);
  auto second = tree.rename(2);
  CHECK(version(tree.rename(1)) == 2);
  auto third = tree.rename(2);
  CHECK(version(tree.rename(1)) == 3);
  tree.rows->locked.clear();
  tree.world.advance(milliseconds{200});
  CHECK(version(first) == 2);
  CHECK(version(second) == 3);
  CHECK(version(third) == 4);
}

TEST_CASE("a write whose user stays locked is answered at its deadline, and never applied") {
  ActorTree tree;
  tree.rows->locked = {id(2)};
  auto late = tree.write(ActorTree::renaming(2), milliseconds{300});
  tree.world.advance(milliseconds{290});
  CHECK(late->open());
  tree.world.advance(milliseconds{30});
  CHECK(failed_with(late, ErrorCode::user_locked));
  tree.rows->locked.clear();
  tree.world.advance(seconds{1});
  CHECK(tree.rows->users[id(2)]->version == 1);
  CHECK(tree.world.clock().idle());
}

}  // namespace
}  // namespace rollcall::tests
