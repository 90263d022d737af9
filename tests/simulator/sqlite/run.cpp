// One node on a real SQLite file, whose disk fails.
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "db/sqlite/database.hpp"
#include "db/sqlite/statement.hpp"
#include "db/statement.hpp"
#include "tests/simulator/run.hpp"
#include "tests/simulator/sqlite/disk.hpp"

namespace rollcall::simulator {

namespace {

using std::chrono::milliseconds;

template <class Value, class Error>
Value or_throw(tl::expected<Value, Error> result) {
  if (result) return *std::move(result);
  if constexpr (std::is_same_v<Error, std::string>) {
    throw std::runtime_error(result.error());
  } else {
    throw std::runtime_error(result.error().explained());
  }
}

/// A folder of this process, removed by the destructor.
class Folder {
 public:
  Folder() {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file() const { return path_ / "users.db"; }

 private:
  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                ("rollcall-simulation-sqlite-" + std::to_string(::getpid()));
};

/// A change of one user by a statement: the new version and name, nothing where it was deleted.
struct Step {
  std::int64_t number = 0;
  std::int64_t user = 0;
  std::optional<std::int64_t> version{};
  std::optional<std::string_view> name{};
};

constexpr auto log_of_steps = R"(
CREATE TABLE steps (number INTEGER PRIMARY KEY NOT NULL, user INTEGER NOT NULL,
                    version INTEGER, name TEXT);
CREATE TRIGGER step_of_insert AFTER INSERT ON users BEGIN
  INSERT INTO steps (user, version, name) VALUES (new.id, new.version, new.name);
END;
CREATE TRIGGER step_of_update AFTER UPDATE ON users BEGIN
  INSERT INTO steps (user, version, name) VALUES (new.id, new.version, new.name);
END;
CREATE TRIGGER step_of_delete AFTER DELETE ON users BEGIN
  INSERT INTO steps (user) VALUES (old.id);
END;
)";

}  // namespace

}  // namespace rollcall::simulator

namespace rollcall::db {

template <>
inline constexpr auto columns_of<simulator::Step> = std::tuple{
    Column{"number", &simulator::Step::number},  //
    Column{"user", &simulator::Step::user},      //
    Column{"version", &simulator::Step::version}, Column{"name", &simulator::Step::name}};

}  // namespace rollcall::db

namespace rollcall::simulator {

namespace {

// $1 the last number that was read before
constexpr db::Statement<Step, std::int64_t> steps_after{
    "steps_after",
    "SELECT number, user, version, name FROM steps WHERE number > $1 ORDER BY number"};

/// Reads what is committed, through a connection of its own. Triggers record every change, so that
/// a transaction that writes one user twice gives two.
class Watcher {
 public:
  explicit Watcher(const std::filesystem::path& file)
      : connection_(
            or_throw(db::SqliteConnection::open(file, db::OpenMode::read_write, milliseconds{0}))) {
    execute(log_of_steps);
    if (auto prepared = steps_.prepare(connection_); !prepared) {
      throw std::runtime_error(prepared.error().explained());
    }
  }

  void add_users(int count) const {
    for (int i = 0; i < count; ++i) {
      execute(
          "INSERT INTO users (name, version, created_at, updated_at) VALUES ('initial', 1, 0, 0)");
    }
  }

  /// Records in the truth what has been committed since the last call.
  void look(Truth& truth, const Scheduler& scheduler) {
    auto rows = steps_.run(last_);
    while (or_throw(rows.next())) {
      const auto step = rows.row();
      last_ = step.number;
      State state;
      if (step.version) state = Seen{*step.version, std::string(step.name.value_or(""))};
      scheduler.trace.note([&] {
        return "user " + std::to_string(step.user) + " is " +
               (state ? "version " + std::to_string(state->version) + " '" + state->name + "'"
                      : "absent");
      });
      truth.users[step.user].push_back({scheduler.stamp(), scheduler.time.now(), state});
    }
  }

 private:
  void execute(const std::string& sql) const {
    if (const auto done = connection_.execute(sql); !done) {
      throw std::runtime_error(done.error().explained());
    }
  }

  db::SqliteConnection connection_;
  db::Prepared<steps_after> steps_{};
  std::int64_t last_ = 0;
};

class SqliteRun final : public Run {
 public:
  SqliteRun(std::uint64_t seed, const SimulationOptions& options)
      : Run(seed, options),
        database_(or_throw(db::SqliteDatabase::prepare(folder_.file()))),
        watcher_(std::make_unique<Watcher>(folder_.file())) {
    watcher_->add_users(initial_users);
    watcher_->look(truth(), scheduler());
    NodeOptions node;
    node.make_stores = sqlite_stores(database_.path(), [this] { look(); });
    add_node(node);
    disk_.on_write = [this] { return write_fault(); };
    disk_.on_flush = [this] { return fails(flush_); };
    disk_.on_read = [this] { return fails(read_); };
  }
  SqliteRun(const SqliteRun&) = delete;
  SqliteRun& operator=(const SqliteRun&) = delete;
  ~SqliteRun() override {
    heal();
    end_nodes();
  }

 private:
  // The only node invalidates its caches itself, without notifications: a committed change is
  // invalidated as soon as the loops between have run.
  Promises promises() const override {
    Promises promises;
    promises.lease = milliseconds{0};
    promises.stalls_delay_notifications = true;
    return promises;
  }

  void begin_faults() override {
    const bool on = kinds().disk;
    flush_ = draw_rate(on, 10);
    write_ = draw_rate(on, 5);
    read_ = draw_rate(on, 2);
    draw_incidents(3, [this] {
      auto& random = scheduler().random;
      const auto at = random.between(milliseconds{0}, time_of_faults);
      const auto length = random.between(milliseconds{50}, milliseconds{1'500});
      if (!kinds().disk) return;
      scheduler().time.after(at, [this, length] {
        trace().note([] { return std::string("FAULT the disk is full"); });
        full_ = true;
        scheduler().time.after(length, [this] { full_ = false; });
      });
    });
    draw_crashes_and_stalls();
  }

  void heal() override {
    flush_ = write_ = read_ = 0;
    full_ = false;
  }

  void look() {
    looking_ = true;
    watcher_->look(truth(), scheduler());
    looking_ = false;
  }

  bool fails(double percent) {
    return !looking_ && percent > 0 && scheduler().random.chance(percent);
  }
  Disk::Fault write_fault() {
    if (full_ && !looking_) return Disk::Fault::full;
    return fails(write_) ? Disk::Fault::broken : Disk::Fault::none;
  }

  double flush_ = 0;  // how often each fails, in percent
  double write_ = 0;
  double read_ = 0;
  bool full_ = false;
  bool looking_ = false;
  Disk disk_{};
  Folder folder_{};
  db::SqliteDatabase database_;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace

Outcome simulate_sqlite(std::uint64_t seed, const SimulationOptions& options) {
  return SqliteRun(seed, options).run();
}

}  // namespace rollcall::simulator
