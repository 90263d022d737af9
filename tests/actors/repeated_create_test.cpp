// The repetition of a create with an idempotency key, through the actors of the daemon.
#include "tests/support/actors/actor_tree.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

TEST_CASE("a repetition invalidates the user of its answer, whom another node may have created") {
  ActorTree tree;
  tree.find(4);
  tree.rows->hold = true;
  auto before = tree.find(10);
  tree.rows->hold = false;
  tree.rows->users[id(10)] = make_user(10);
  tree.rows->answers["k"] = std::make_shared<const KeptAnswer>(KeptAnswer{id(10), 201, "f", "b"});
  CreateUser create{{UserName::parse("Ten").value(), {}}};
  create.key = std::make_shared<const RequestKey>(RequestKey{{}, "k", "same", {}});
  const auto repeated = tree.write(create);
  REQUIRE((repeated->reply && repeated->reply->has_value()));
  CHECK(repeated->reply->value().repeated());
  CHECK(repeated->reply->value().answer->body == "b");
  CHECK(version(tree.find(10)) == 1);
  tree.rows->answer_read();
  tree.world.settle();
  CHECK(failed_with(before, ErrorCode::user_not_found));
  const auto batches = tree.rows->read.size();
  CHECK(version(tree.find(4)) == 1);
  CHECK(tree.rows->read.size() == batches);  // no other user was invalidated
}

}  // namespace
}  // namespace rollcall::tests
