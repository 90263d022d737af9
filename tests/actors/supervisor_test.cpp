// A supervisor starts, restarts, backs off, escalates and stops as in OTP; in virtual time.
#include "actors/runtime/supervisor.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"

namespace {
struct Echo {
  int number;
};
}  // namespace
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Echo)

namespace rollcall::tests {
namespace {

using actors::Address;
using actors::ChildSpec;
using actors::Strategy;
using actors::Supervisor;
using actors::SupervisorHandle;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Lines = std::vector<std::string>;

// Logs its start and end; crashes on the number 13.
class Worker {
 public:
  using Handle = caf::typed_actor<caf::replies_to<Echo>::with<int>>;
  Worker(actors::LoopActor<Worker>& self, std::shared_ptr<Lines> log, bool broken)
      : name_(self.actor_name()), log_(std::move(log)) {
    if (broken) throw std::runtime_error("can't start");
    log_->push_back("+" + name_);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { log_->push_back("-" + name_); }
  Handle::behavior_type behavior() {
    return {[](Echo& message) {
      if (message.number == 13) throw std::runtime_error("unlucky");
      return message.number;
    }};
  }

 private:
  std::string name_;
  std::shared_ptr<Lines> log_;
};

struct Tree {
  ActorWorld world;
  std::shared_ptr<Lines> log = std::make_shared<Lines>();
  std::vector<Address<Worker::Handle>> addresses;
  std::shared_ptr<bool> ended = std::make_shared<bool>(false);
  SupervisorHandle supervisor;

  ChildSpec worker(const std::string& name, bool broken = false) {
    addresses.emplace_back(world.system(), world.loop());
    return actors::child<Worker>(name, world.loop(), addresses.back(), log, broken);
  }
  void start(Strategy strategy, std::vector<ChildSpec> children, int max_restarts = 5) {
    actors::Lifecycle lifecycle{"supervisor", {}, {}, [ended = ended] { *ended = true; }};
    actors::SupervisorOptions options;
    options.strategy = strategy;
    options.max_restarts = max_restarts;
    options.seed = 1;
    supervisor = world.spawn_as<Supervisor>(lifecycle, options, std::move(children));
    world.settle();
  }
  auto ask(std::size_t index, int number) {
    return world.ask(addresses[index].handle(), Echo{number});
  }
  Lines take_log() { return std::exchange(*log, {}); }
};

void start_three(Tree& tree, Strategy strategy) {
  tree.start(strategy, {tree.worker("a"), tree.worker("b"), tree.worker("c")});
}

TEST_CASE("children start in order and stop in reverse order") {
  Tree tree;
  start_three(tree, Strategy::one_for_one);
  CHECK(tree.take_log() == Lines{"+a", "+b", "+c"});
  caf::anon_send_exit(tree.supervisor, caf::exit_reason::user_shutdown);
  tree.world.settle();
  CHECK(tree.take_log() == Lines{"-c", "-b", "-a"});
  CHECK(*tree.ended);
}

TEST_CASE("one_for_one restarts the child that crashed and no other") {
  Tree tree;
  start_three(tree, Strategy::one_for_one);
  tree.take_log();
  tree.ask(1, 13);
  CHECK(tree.take_log() == Lines{"-b"});
  tree.world.advance(milliseconds{100});
  CHECK(tree.take_log() == Lines{"+b"});
}

TEST_CASE("rest_for_one stops those that were started later and starts them again in order") {
  Tree tree;
  start_three(tree, Strategy::rest_for_one);
  tree.take_log();
  tree.ask(1, 13);
  CHECK(tree.take_log() == Lines{"-b", "-c"});
  tree.world.advance(milliseconds{100});
  CHECK(tree.take_log() == Lines{"+b", "+c"});
}

TEST_CASE(
    "a child's address answers unavailable while it waits for its restart, and then works again") {
  Tree tree;
  tree.start(Strategy::one_for_one, {tree.worker("a")});
  CHECK(tree.ask(0, 1)->reply == 1);
  tree.ask(0, 13);
  auto waiting = tree.ask(0, 2);
  REQUIRE(waiting->failure.has_value());
  CHECK(*waiting->failure == actors::unavailable);
  tree.world.advance(milliseconds{100});
  CHECK(tree.ask(0, 3)->reply == 3);
}

TEST_CASE(
    "restarts are delayed by at most 100 ms, doubled for each crash, up to 5 s, with full jitter") {
  actors::Backoff backoff(milliseconds{100}, seconds{5}, 7);
  for (int failures = 0; failures < 12; ++failures) {
    const auto ceiling =
        std::min<actors::Clock::Duration>(milliseconds{100} * (1 << failures), seconds{5});
    actors::Clock::Duration shortest = ceiling, longest{0};
    for (int i = 0; i < 500; ++i) {
      const auto delay = backoff.delay(failures);
      shortest = std::min(shortest, delay);
      longest = std::max(longest, delay);
    }
    CHECK(longest <= ceiling);
    CHECK(longest > ceiling * 9 / 10);
    CHECK(shortest < ceiling / 10);
  }
}

TEST_CASE("more crashes in the window than the budget allows end the supervisor and its children") {
  Tree tree;
  tree.start(Strategy::one_for_one, {tree.worker("a"), tree.worker("b")}, 2);
  for (int crash = 0; crash < 2; ++crash) {
    tree.ask(1, 13);
    tree.world.advance(seconds{1});
  }
  CHECK(!*tree.ended);
  tree.take_log();
  tree.ask(1, 13);
  CHECK(*tree.ended);
  CHECK(tree.take_log() == Lines{"-b", "-a"});
}

TEST_CASE("crashes further apart than the window never exhaust the restart budget") {
  Tree tree;
  tree.start(Strategy::one_for_one, {tree.worker("a")}, 1);
  for (int crash = 0; crash < 10; ++crash) {
    tree.ask(0, 13);
    tree.world.advance(seconds{31});
  }
  CHECK(!*tree.ended);
  CHECK(tree.ask(0, 4)->reply == 4);
}

TEST_CASE("a child that can't start counts as a crash against the restart budget") {
  Tree tree;
  tree.start(Strategy::one_for_one, {tree.worker("a", true)}, 3);
  tree.world.advance(seconds{20});
  CHECK(*tree.ended);
}

TEST_CASE(
    "a supervisor that gives up is restarted by its own supervisor, and its children with it") {
  Tree tree;
  Address<SupervisorHandle> inner_address(tree.world.system(), tree.world.loop());
  actors::SupervisorOptions inner;
  inner.max_restarts = 0;
  inner.seed = 1;
  auto spec = actors::child<Supervisor>("inner", tree.world.loop(), inner_address, inner,
                                        std::vector{tree.worker("a")});
  tree.start(Strategy::rest_for_one, {spec, tree.worker("z")});
  CHECK(tree.take_log() == Lines{"+a", "+z"});
  tree.ask(0, 13);
  CHECK(tree.take_log() == Lines{"-a", "-z"});
  tree.world.advance(milliseconds{100});
  CHECK(tree.take_log() == Lines{"+a", "+z"});
  CHECK(tree.ask(0, 5)->reply == 5);
}

TEST_CASE(
    "before a restart, and not before the first start, the child's preparation must be done") {
  Tree tree;
  std::function<void()> done;
  int asked = 0;
  auto spec = tree.worker("a");
  spec.before_restart = [&](auto&, std::function<void()> answer) {
    ++asked;
    done = std::move(answer);
  };
  tree.start(Strategy::one_for_one, {spec});
  CHECK(tree.take_log() == Lines{"+a"});
  tree.ask(0, 13);
  tree.world.advance(seconds{1});
  CHECK(tree.take_log() == Lines{"-a"});
  REQUIRE(asked == 1);
  done();
  done();  // a second call is harmless
  tree.world.settle();
  CHECK(tree.take_log() == Lines{"+a"});
}

TEST_CASE("a killed supervisor ends its children") {
  Tree tree;
  start_three(tree, Strategy::one_for_one);
  tree.take_log();
  caf::anon_send_exit(tree.supervisor, caf::exit_reason::kill);
  tree.world.settle();
  CHECK(tree.take_log() == Lines{"-c", "-b", "-a"});
}

TEST_CASE("a supervisor can stop while a child waits for its restart") {
  Tree tree;
  start_three(tree, Strategy::one_for_one);
  tree.ask(1, 13);
  tree.take_log();
  caf::anon_send_exit(tree.supervisor, caf::exit_reason::user_shutdown);
  tree.world.settle();
  CHECK(tree.take_log() == Lines{"-c", "-a"});
  CHECK(*tree.ended);
  tree.world.advance(seconds{10});
  CHECK(tree.take_log().empty());
}

TEST_CASE("WhichChildren lists the running children and how often each was restarted") {
  Tree tree;
  start_three(tree, Strategy::one_for_one);
  tree.ask(1, 13);
  auto waiting = tree.world.ask(tree.supervisor, actors::WhichChildren{});
  REQUIRE(waiting->reply.has_value());
  CHECK(!(*waiting->reply)[1].running);
  tree.world.advance(seconds{1});
  auto healed = tree.world.ask(tree.supervisor, actors::WhichChildren{});
  REQUIRE(healed->reply.has_value());
  REQUIRE(healed->reply->size() == 3);
  CHECK((*healed->reply)[0].restarts == 0);
  CHECK((*healed->reply)[1].restarts == 1);
  CHECK((*healed->reply)[1].running);
}

}  // namespace
}  // namespace rollcall::tests
