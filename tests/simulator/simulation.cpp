#include "tests/simulator/simulation.hpp"

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>

#include "tests/simulator/clients.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/server.hpp"

namespace rollcall::simulator {

namespace {

using std::chrono::milliseconds;

constexpr int initial_users = 4;
constexpr milliseconds time_to_start{400};
constexpr milliseconds time_of_faults{4'000};
// The latest commit, the longest delay to connect again, and the time to trust again.
constexpr milliseconds time_to_heal{7'000};

struct System {
  System() {
    config.set("scheduler.policy", caf::atom("testing"));
    system = std::make_unique<caf::actor_system>(config);
  }
  caf::actor_system_config config{};
  std::unique_ptr<caf::actor_system> system{};
};

class TraceSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit TraceSink(Trace& trace) : trace_(trace) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    trace_.note(
        [&] { return "LOG " + std::string(message.payload.data(), message.payload.size()); });
  }
  void flush_() override {}

  Trace& trace_;
};

// What the program logs becomes lines of the trace.
class Log {
 public:
  explicit Log(Trace& trace) : before_(spdlog::default_logger()) {
    spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::null_sink_st>();
    if (trace.on()) {
      sink = std::make_shared<TraceSink>(trace);
    }
    auto logger = std::make_shared<spdlog::logger>("simulation", std::move(sink));
    logger->set_level(trace.on() ? spdlog::level::debug : spdlog::level::off);
    spdlog::set_default_logger(std::move(logger));
  }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() { spdlog::set_default_logger(before_); }

 private:
  std::shared_ptr<spdlog::logger> before_;
};

// A folder of this process for the server's socket.
std::string socket_folder() {
  static const std::string folder = [] {
    const auto path = std::filesystem::temp_directory_path() /
                      ("rollcall-simulation-" + std::to_string(::getpid()));
    std::filesystem::create_directories(path);
    return path.string();
  }();
  return folder;
}

class PostgresRun {
 public:
  PostgresRun(std::uint64_t seed, const SimulationOptions& options)
      : options_(options), trace_(options.trace), log_(trace_), scheduler_(seed, trace_) {
    cluster_ = std::make_unique<Cluster>(scheduler_, truth_, socket_folder());
    cluster_->add_users(initial_users);
    NodeOptions node;
    node.database_url = "postgres://rollcall@/rollcall?host=" + socket_folder();
    node.connections_per_loop = 1 + static_cast<int>(scheduler_.random.below(2));
    for (int number = 0; number < 2; ++number) {
      nodes_.push_back(std::make_unique<Node>(scheduler_, *system_.system, number, node));
      all_.push_back(nodes_.back().get());
    }
    clients_ = std::make_unique<Clients>(scheduler_, all_, 1, initial_users);
  }
  PostgresRun(const PostgresRun&) = delete;
  PostgresRun& operator=(const PostgresRun&) = delete;
  ~PostgresRun() {
    for (const auto& node : nodes_) node->end();
    scheduler_.settle_all();
    nodes_.clear();
    scheduler_.settle_all();
    cluster_.reset();
    scheduler_.time.clear();
  }

  Outcome run() {
    auto& time = scheduler_.time;
    scheduler_.run_until(time.now() + time_to_start);
    const auto end = time.now() + time_of_faults;
    draw_rates();
    draw_incidents();
    clients_->start(end);
    scheduler_.run_until(end);
    cluster_->heal();
    scheduler_.run_until(end + time_to_heal);
    clients_->ask_all();
    scheduler_.run_until(time.now() + milliseconds{2'500});
    Outcome outcome;
    outcome.violations = violations_of(clients_->history(), truth_, {});
    outcome.trace = trace_.lines();
    outcome.operations = clients_->history().operations.size();
    outcome.steps = scheduler_.stamp();
    return outcome;
  }

 private:
  double rate(bool on, double most) {
    const double percent = static_cast<double>(scheduler_.random.below(1'000)) / 1'000 * most;
    const bool drawn = scheduler_.random.chance(50);
    return on && drawn ? percent : 0;
  }

  void draw_rates() {
    const auto& kinds = options_.faults;
    FaultRates rates;
    rates.late_commit = rate(kinds.late_commits, 40);
    rates.cut = rate(kinds.cuts, 1.5);
    rates.delay = rate(kinds.delays, 8);
    rates.silence = rate(kinds.silence, 0.5);
    rates.late_notice = rate(kinds.late_notices, 60);
    rates.double_notice = rate(kinds.double_notices, 50);
    rates.deaf = rate(kinds.deaf, 100);
    cluster_->rates = rates;
  }

  // The draws are the same whichever kinds are on.
  void draw_incidents() {
    auto& random = scheduler_.random;
    for (auto count = random.below(4); count > 0; --count) {
      const auto at = random.between(milliseconds{0}, time_of_faults);
      const auto kind = random.below(6);
      const auto length = random.between(milliseconds{50}, milliseconds{2'500});
      const auto percent = static_cast<double>(random.below(100));
      const auto lost = random.below(4);
      scheduler_.time.after(at, [=, this] { happen(kind, length, percent, lost); });
    }
    for (auto count = random.below(5); count > 0; --count) {
      const auto at = random.between(milliseconds{0}, time_of_faults);
      const auto whom = random.next();
      const auto steps = random.below(60);
      if (options_.faults.crashes) scheduler_.time.after(at, [=, this] { crash(whom, steps); });
    }
    for (auto count = random.below(3); count > 0; --count) {
      const auto at = random.between(milliseconds{0}, time_of_faults);
      const auto whom = random.next();
      const auto length = random.between(milliseconds{5}, milliseconds{1'500});
      if (options_.faults.stalls) scheduler_.time.after(at, [=, this] { stall(whom, length); });
    }
  }

  void happen(std::size_t kind, Duration length, double percent, std::size_t lost) {
    const auto& kinds = options_.faults;
    if (kind == 0 && kinds.restarts) cluster_->restart(length);
    if (kind == 1 && kinds.silence) cluster_->fall_silent(length);
    if (kind == 2 && kinds.failover) cluster_->fail_over(lost);
    if (kind == 3 && kinds.moves) cluster_->move(percent, length);
    if (kind == 4 && kinds.cuts) cluster_->cut_some(percent);
    if (kind == 5 && kinds.deaf) {
      cluster_->rates.deaf = 100;
      cluster_->cut_some(percent);
    }
  }

  // After some more steps, so that any message may be the last.
  void crash(std::uint64_t whom, std::size_t steps) {
    scheduler_.after_steps(steps, [this, whom] {
      const auto& node = *all_[whom % all_.size()];
      const auto& child = node.actors()[whom / all_.size() % node.actors().size()];
      trace_.note([&] { return "FAULT " + node.name() + " " + child.first + " crashes"; });
      caf::anon_send_exit(child.second, caf::exit_reason::kill);
      scheduler_.wake_all();
    });
  }

  void stall(std::uint64_t whom, Duration length) {
    auto& node = *all_[whom % all_.size()];
    const auto place = whom / all_.size() % (node.http_loops() + 1);
    auto& loop = place == 0 ? node.control() : node.http_loop(place - 1);
    trace_.note([&] { return "FAULT " + loop.name + " gets no time"; });
    const auto now = scheduler_.time.now();
    clients_->history().stalls.push_back(
        {loop.node, static_cast<int>(place) - 1, now, now + length});
    scheduler_.stall(loop, length);
  }

  SimulationOptions options_;
  Trace trace_;
  Log log_;
  System system_{};
  Scheduler scheduler_;
  Truth truth_{};
  std::unique_ptr<Cluster> cluster_{};
  std::vector<std::unique_ptr<Node>> nodes_{};
  std::vector<Node*> all_{};
  std::unique_ptr<Clients> clients_{};
};

}  // namespace

Outcome simulate_postgres(std::uint64_t seed, const SimulationOptions& options) {
  PostgresRun run(seed, options);
  auto outcome = run.run();
  outcome.seed = seed;
  return outcome;
}

std::string report(const Outcome& outcome) {
  std::string text = "seed " + std::to_string(outcome.seed) + " breaks a promise:\n";
  for (const auto& violation : outcome.violations) {
    text += "  " + violation.rule + "\n";
    for (const auto& line : violation.lines) text += "    " + line + "\n";
  }
  return text + "to replay: ./dev simulate --seed " + std::to_string(outcome.seed) + "\n";
}

}  // namespace rollcall::simulator
