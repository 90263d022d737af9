// The guarantees of a loop actor, which are those of CAF's own actors.
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <asio/executor_work_guard.hpp>

#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"

namespace {

struct Double {
  int number;
};
struct Keep {
  int number;
};  // never answered
struct Tick {};

}  // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Double)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Keep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Tick)

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;

struct Log {
  std::vector<std::string> lines;
  std::vector<int> numbers;  // of each Double, in the order in which they were handled
};

class Calculator {
 public:
  using Handle = caf::typed_actor<caf::replies_to<Double>::with<int>,
                                  caf::replies_to<Keep>::with<int>, caf::reacts_to<Tick>>;
  using Self = actors::LoopActor<Calculator>;

  Calculator(Self& self, std::shared_ptr<Log> log) : self_(self), log_(std::move(log)) {
    log_->lines.push_back("made");
  }
  ~Calculator() { log_->lines.push_back("destroyed"); }
  Calculator(const Calculator&) = delete;
  Calculator& operator=(const Calculator&) = delete;

  Handle::behavior_type behavior() {
    return {[this](Double& message) {
              log_->numbers.push_back(message.number);
              if (message.number == 13) throw std::runtime_error("unlucky");
              return message.number * 2;
            },
            [this](Keep&) -> caf::result<int> {
              kept_.push_back(self_.promise<int>());
              return actors::deferred<int>;
            },
            [this](Tick&) {
              timer_ =
                  self_.after(milliseconds{10}, [] { throw std::runtime_error("in a timer"); });
            }};
  }
  void idle() { log_->lines.push_back("idle"); }

 private:
  Self& self_;
  std::shared_ptr<Log> log_;
  std::vector<actors::ReplyPromise<int>> kept_;
  actors::Timer timer_;
};

class Watcher {
 public:
  using Handle = caf::typed_actor<caf::reacts_to<caf::unit_t>>;
  Watcher(actors::LoopActor<Watcher>& self, Calculator::Handle watched, std::shared_ptr<Log> log) {
    self.monitor(watched);
    self.set_down_handler(
        [log](caf::down_msg& down) { log->lines.push_back("down " + to_string(down.reason)); });
  }
  Handle::behavior_type behavior() {
    return {[](caf::unit_t) {}};
  }
};

struct Fixture {
  ActorWorld world;
  std::shared_ptr<Log> log = std::make_shared<Log>();
  Calculator::Handle calculator = world.spawn<Calculator>(log);

  bool logged(const std::string& line) const {
    return std::any_of(log->lines.begin(), log->lines.end(),
                       [&](const auto& entry) { return entry.find(line) == 0; });
  }
};

TEST_CASE("a role is constructed when its loop runs, not where it is spawned") {
  Fixture f;
  CHECK(f.log->lines.empty());
  f.world.settle();
  CHECK(f.logged("made"));
}

TEST_CASE("a loop actor answers requests in order and is then notified that it is idle") {
  Fixture f;
  auto first = f.world.ask_later(f.calculator, Double{1});
  auto second = f.world.ask(f.calculator, Double{2});
  CHECK(first->reply == 2);
  CHECK(second->reply == 4);
  CHECK(f.log->lines.back() == "idle");
}

TEST_CASE(
    "an exception in a handler answers that request and those queued behind it with an error") {
  Fixture f;
  auto bad = f.world.ask_later(f.calculator, Double{13});
  auto queued = f.world.ask_later(f.calculator, Double{2});
  f.world.settle();
  CHECK(bad->failure.has_value());
  REQUIRE(queued->failure.has_value());
  CHECK(*queued->failure == actors::receiver_down);
}

TEST_CASE("a request to an actor that has ended is answered with an error") {
  Fixture f;
  f.world.ask(f.calculator, Double{13});
  auto later = f.world.ask(f.calculator, Double{2});
  REQUIRE(later->failure.has_value());
  CHECK(*later->failure == actors::receiver_down);
}

TEST_CASE("a reply that an actor owes when it ends is delivered as receiver_down") {
  Fixture f;
  auto owed = f.world.ask(f.calculator, Keep{1});
  CHECK(owed->open());
  f.world.ask(f.calculator, Double{13});
  REQUIRE(owed->failure.has_value());
  CHECK(*owed->failure == actors::receiver_down);
}

TEST_CASE("a monitor is notified of an actor's crash after the role was destroyed") {
  Fixture f;
  f.world.spawn<Watcher>(f.calculator, f.log);
  f.world.settle();
  f.world.ask(f.calculator, Double{13});
  REQUIRE(f.log->lines.size() >= 2);
  CHECK(f.log->lines[f.log->lines.size() - 2] == "destroyed");
  CHECK(f.logged("down"));
}

TEST_CASE("an exception in a timer's callback ends the actor and not the loop") {
  Fixture f;
  f.world.spawn<Watcher>(f.calculator, f.log);
  caf::anon_send(f.calculator, Tick{});
  f.world.advance(milliseconds{9});
  CHECK(!f.logged("down"));
  f.world.advance(milliseconds{1});
  CHECK(f.logged("down"));
  CHECK(f.world.ask(f.world.spawn<Calculator>(f.log), Double{4})->reply == 8);
}

TEST_CASE("a timer that is destroyed with its role does not fire") {
  Fixture f;
  caf::anon_send(f.calculator, Tick{});
  f.world.settle();
  f.world.ask(f.calculator, Double{13});
  CHECK(f.world.clock().idle());
}

TEST_CASE("an exit message ends an actor in an orderly way") {
  Fixture f;
  f.world.spawn<Watcher>(f.calculator, f.log);
  f.world.settle();
  caf::anon_send_exit(f.calculator, caf::exit_reason::user_shutdown);
  f.world.settle();
  CHECK(f.logged("down"));
  CHECK(f.logged("destroyed"));
}

TEST_CASE("a test ends an actor at its place in the queue, by an exception or by an exit") {
  using Way = actors::TestCrash::Way;
  const auto [way, reason] = GENERATE(table<Way, std::string>(
      {{Way::exception, to_string(caf::make_error(caf::sec::runtime_error))},
       {Way::exit, to_string(caf::make_error(caf::exit_reason::kill))}}));
  Fixture f;
  f.world.spawn<Watcher>(f.calculator, f.log);
  f.world.settle();
  auto before = f.world.ask_later(f.calculator, Double{1});
  actors::crash(caf::actor_cast<caf::strong_actor_ptr>(f.calculator), way);
  auto behind = f.world.ask_later(f.calculator, Double{2});
  f.world.settle();
  CHECK(before->reply == 2);
  CHECK(behind->failure == actors::receiver_down);
  CHECK(f.logged("down " + reason.substr(0, reason.find('('))));
}

TEST_CASE("an actor that quits while it waits for a reply ends at once") {
  Fixture f;
  auto log = std::make_shared<Log>();
  // An actor with an open request, like a user lookup with an in-flight lookup.
  struct PendingActor {
    using Handle = caf::typed_actor<caf::reacts_to<Tick>>;
    PendingActor(actors::LoopActor<PendingActor>& self, Calculator::Handle calculator,
                 std::shared_ptr<Log> out)
        : out_(std::move(out)) {
      self.ask(
          calculator, Keep{1}, [](int) {}, [](caf::error&) {});
    }
    ~PendingActor() { out_->lines.push_back("destroyed"); }
    Handle::behavior_type behavior() {
      return {[](Tick&) { throw std::runtime_error("enough"); }};
    }
    std::shared_ptr<Log> out_;
  };
  auto pending_actor = f.world.spawn<PendingActor>(f.calculator, log);
  f.world.settle();
  caf::anon_send(pending_actor, Tick{});
  f.world.settle();
  CHECK(log->lines.size() == 1);
}

TEST_CASE("each of many open requests gets its own reply, in whatever order they arrive") {
  Fixture f;
  std::vector<std::shared_ptr<Asked<int>>> asked;
  for (int i = 0; i < 2'000; ++i) asked.push_back(f.world.ask_later(f.calculator, Double{20 + i}));
  f.world.settle();
  for (int i = 0; i < 2'000; ++i) CHECK(asked[static_cast<std::size_t>(i)]->reply == 2 * (20 + i));
}

TEST_CASE("messages from another thread arrive, in their order, beside those of the loop itself") {
  Fixture f;
  f.world.settle();
  // As in a daemon: the loop waits when it has nothing to do.
  const auto work = asio::make_work_guard(f.world.loop().io());
  std::vector<std::shared_ptr<Asked<int>>> asked;
  std::jthread other([&] {
    for (int i = 0; i < 1'000; ++i) caf::anon_send(f.calculator, Double{20 + i});
    caf::anon_send(f.calculator, Double{13});  // ends the actor: later messages are dropped
  });
  // Sends messages from the loop's own thread until the other thread's last message has ended the
  // actor. The loop's own numbers count down.
  int own = 0;
  REQUIRE(f.world.run_until([&] {
    asked.push_back(f.world.ask_later(f.calculator, Double{--own}));
    return asked.front()->failure || (asked.size() > 1 && asked[asked.size() - 2]->failure);
  }));
  other.join();
  f.world.settle();
  CHECK(f.logged("destroyed"));
  std::vector<int> of_other;
  std::vector<int> of_loop;
  for (const int number : f.log->numbers) (number < 0 ? of_loop : of_other).push_back(number);
  std::vector<int> sent(1'000);
  std::iota(sent.begin(), sent.end(), 20);
  sent.push_back(13);
  CHECK(of_other == sent);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const int number = -1 - static_cast<int>(i);
    if (i < of_loop.size()) {
      CHECK(of_loop[i] == number);
      CHECK(asked[i]->reply == 2 * number);
    } else {
      CHECK(asked[i]->failure == actors::receiver_down);
    }
  }
}

}  // namespace
}  // namespace rollcall::tests
