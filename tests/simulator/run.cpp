#include "tests/simulator/run.hpp"

#include <caf/send.hpp>

#include "actors/runtime/test_crash.hpp"

namespace rollcall::simulator {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds time_to_start{400};
// The latest commit, the longest delay to connect again, and the time to renew the lease.
constexpr milliseconds time_to_heal{7'000};

}  // namespace

Run::Run(std::uint64_t seed, const SimulationOptions& options)
    : seed_(seed),
      options_(options),
      trace_(options.trace),
      log_(trace_),
      scheduler_(seed, trace_) {
  config_.set("scheduler.policy", caf::atom("testing"));
  system_ = std::make_unique<caf::actor_system>(config_);
}

Run::~Run() { scheduler_.time.clear(); }

void Run::add_node(const NodeOptions& options) {
  const int number = static_cast<int>(nodes_.size());
  nodes_.push_back(std::make_unique<Node>(scheduler_, *system_, number, options));
}

void Run::end_nodes() {
  for (const auto& node : nodes_) node->end();
  scheduler_.settle_all();
  nodes_.clear();
  scheduler_.settle_all();
}

Outcome Run::run() {
  std::vector<Node*> nodes;
  for (const auto& node : nodes_) nodes.push_back(node.get());
  clients_ = std::make_unique<Clients>(scheduler_, nodes, 1, initial_users);
  auto& time = scheduler_.time;
  scheduler_.run_until(time.now() + time_to_start);
  const auto end = time.now() + time_of_faults;
  begin_faults();
  clients_->start(end);
  scheduler_.run_until(end);
  scheduler_.clear_awaited();
  heal();
  scheduler_.run_until(end + time_to_heal);
  clients_->ask_all();
  scheduler_.run_until(time.now() + milliseconds{2'500});
  Outcome outcome;
  outcome.seed = seed_;
  outcome.violations = violations_of(clients_->history(), truth_, promises());
  outcome.trace = trace_.lines();
  outcome.operations = clients_->history().operations.size();
  outcome.steps = scheduler_.stamp();
  return outcome;
}

double Run::draw_rate(bool on, double most) {
  const double percent = static_cast<double>(scheduler_.random.below(1'000)) / 1'000 * most;
  const bool drawn = scheduler_.random.chance(50);
  return on && drawn ? percent : 0;
}

void Run::draw_incidents(std::size_t most, const std::function<void()>& happen) {
  for (auto count = scheduler_.random.below(most); count > 0; --count) happen();
}

// Draws the same numbers whichever kinds of faults are on.
void Run::draw_crashes_and_stalls() {
  auto& random = scheduler_.random;
  draw_incidents(5, [&] {
    const auto at = random.between(milliseconds{0}, time_of_faults);
    const auto target = random.next();
    const auto steps = random.below(60);
    const bool by_exception = random.chance(50);
    if (!kinds().crashes) return;
    scheduler_.time.after(at, [=, this] { crash(target, steps, by_exception); });
  });
  draw_incidents(3, [&] {
    const auto at = random.between(milliseconds{0}, time_of_faults);
    const auto target = random.next();
    const auto length = random.between(milliseconds{5}, milliseconds{1'500});
    if (kinds().stalls) scheduler_.time.after(at, [=, this] { stall(target, length); });
  });
}

// After some more steps, so that an actor may crash after any message.
void Run::crash(std::uint64_t target, std::size_t steps, bool by_exception) {
  scheduler_.after_steps(steps, [this, target, by_exception] {
    const auto& node = *nodes_[target % nodes_.size()];
    const auto& [name, actor] = node.actors()[target / nodes_.size() % node.actors().size()];
    trace_.note([&node, &name = name, by_exception] {
      return "FAULT " + node.name() + " " + name + (by_exception ? " throws" : " is killed");
    });
    if (by_exception) {
      actors::crash(caf::actor_cast<caf::strong_actor_ptr>(actor),
                    actors::TestCrash::Way::exception);
    } else {
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    }
    scheduler_.wake_all();
  });
}

void Run::stall(std::uint64_t target, Duration length) {
  auto& node = *nodes_[target % nodes_.size()];
  const auto loops = node.loops();
  const auto place = target / nodes_.size() % loops.size();
  auto& loop = *loops[place];
  trace_.note([&] { return "FAULT " + loop.name + " gets no time"; });
  const auto now = scheduler_.time.now();
  const bool is_http = place < node.http_loops();
  clients_->history().stalls.push_back(
      {loop.node, is_http ? static_cast<int>(place) : Stall::no_http_loop, now, now + length});
  scheduler_.stall(loop, length);
}

}  // namespace rollcall::simulator
