// Two nodes on one simulated PostgreSQL.
#include <unistd.h>

#include <filesystem>

#include "tests/simulator/postgres/server.hpp"
#include "tests/simulator/run.hpp"

namespace rollcall::simulator {

namespace {

using std::chrono::milliseconds;

// The folder of this process for the server's socket.
std::string socket_folder() {
  static const std::string folder = [] {
    const auto path = std::filesystem::temp_directory_path() /
                      ("rollcall-simulation-" + std::to_string(::getpid()));
    std::filesystem::create_directories(path);
    return path.string();
  }();
  return folder;
}

class PostgresRun final : public Run {
 public:
  PostgresRun(std::uint64_t seed, const SimulationOptions& options) : Run(seed, options) {
    cluster_ = std::make_unique<Cluster>(scheduler(), truth(), socket_folder());
    cluster_->add_users(initial_users);
    PgStoresOptions stores;
    stores.url = "postgres://rollcall@/rollcall?host=" + socket_folder();
    stores.connections_per_loop = 1 + static_cast<int>(scheduler().random.below(2));
    NodeOptions node;
    node.make_stores = pg_stores(stores);
    for (int number = 0; number < 2; ++number) add_node(node);
  }
  PostgresRun(const PostgresRun&) = delete;
  PostgresRun& operator=(const PostgresRun&) = delete;
  ~PostgresRun() override { end_nodes(); }

 private:
  Promises promises() const override { return {}; }

  void begin_faults() override {
    FaultRates rates;
    rates.late_commit = draw_rate(kinds().late_commits, 40);
    rates.cut = draw_rate(kinds().cuts, 1.5);
    rates.delay = draw_rate(kinds().delays, 8);
    rates.silence = draw_rate(kinds().silence, 0.5);
    rates.late_notification = draw_rate(kinds().late_notifications, 60);
    rates.double_notification = draw_rate(kinds().double_notifications, 50);
    rates.deaf = draw_rate(kinds().deaf, 100);
    cluster_->rates = rates;
    draw_incidents(4, [this] {
      auto& random = scheduler().random;
      const auto at = random.between(milliseconds{0}, time_of_faults);
      const auto kind = random.below(6);
      const auto length = random.between(milliseconds{50}, milliseconds{2'500});
      const auto percent = static_cast<double>(random.below(100));
      const auto lost = random.below(4);
      scheduler().time.after(at, [=, this] { happen(kind, length, percent, lost); });
    });
    draw_crashes_and_stalls();
  }

  void happen(std::size_t kind, Duration length, double percent, std::size_t lost) {
    if (kind == 0 && kinds().restarts) cluster_->restart(length);
    if (kind == 1 && kinds().silence) cluster_->fall_silent(length);
    if (kind == 2 && kinds().failover) cluster_->fail_over(lost);
    if (kind == 3 && kinds().moves) cluster_->move(percent, length);
    if (kind == 4 && kinds().cuts) cluster_->cut_some(percent);
    if (kind == 5 && kinds().deaf) {
      cluster_->rates.deaf = 100;
      cluster_->cut_some(percent);
    }
  }

  void heal() override { cluster_->heal(); }

  std::unique_ptr<Cluster> cluster_{};
};

}  // namespace

Outcome simulate_postgres(std::uint64_t seed, const SimulationOptions& options) {
  return PostgresRun(seed, options).run();
}

}  // namespace rollcall::simulator
