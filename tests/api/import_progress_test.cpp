// What an import shows while it runs, and how an interrupted import is resumed.
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/sqlite/file.hpp"

namespace rollcall::tests {

namespace {

constexpr int user_count = 10'000;

/// Waits for writes to files of this folder.
class FolderWatch {
 public:
  explicit FolderWatch(const std::filesystem::path& folder) : events_(::inotify_init1(IN_CLOEXEC)) {
    REQUIRE(events_.open());
    REQUIRE(::inotify_add_watch(events_.get(), folder.c_str(), IN_MODIFY | IN_CREATE) >= 0);
  }
  void wait() {
    REQUIRE(events_.wait_readable());
    char buffer[65'536];
    REQUIRE(::read(events_.get(), buffer, sizeof buffer) > 0);
  }

 private:
  Descriptor events_;
};

std::uintmax_t size_or_zero(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  return missing ? 0 : size;
}

/// The peak resident set of a process so far; 0 where it has ended.
long peak_memory_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    long value = 0;
    if (word == "VmHWM:" && status >> value) return value;
  }
  return 0;
}

/// Starts the import and kills it when the write-ahead log has grown to this many bytes.
void cut_short(const std::filesystem::path& folder, const std::vector<std::string>& import,
               std::uintmax_t log_bytes) {
  FolderWatch watch(folder);
  Spawn spawn{.arguments = import};
  spawn.stderr_file = folder / "stderr";
  ChildProcess child(spawn);
  while (size_or_zero(folder / "users.db-wal") < log_bytes) watch.wait();
  child.signal(SIGKILL);
  REQUIRE(child.wait() == -SIGKILL);
}

}  // namespace

TEST_CASE("progress is shown on a terminal and nowhere else") {
  const TempDir folder;
  write_file(folder / "users.ndjson", sample_lines(2'000));
  const auto import = std::vector<std::string>{"import", (folder / "users.ndjson").string()} +
                      on_database(folder / "users.db");
  const auto quiet = run_command(import);
  CHECK(quiet.exit_code == 0);
  CHECK(quiet.err.empty());
  CHECK(quiet.out.find('\r') == std::string::npos);
  const auto shown = run_on_terminal(import + std::vector<std::string>{"--again"});
  CHECK(shown.exit_code == 3);  // every e-mail is taken
  CHECK(shown.err.find('%') != std::string::npos);
  const auto clean =
      run_on_terminal(std::vector<std::string>{"export"} + on_database(folder / "users.db"));
  CHECK(clean.err.empty());
}

TEST_CASE("a killed import resumes where it stopped: every user is imported exactly once") {
  const TempDir folder;
  write_file(folder / "users.ndjson", sample_lines(user_count));
  const auto import = std::vector<std::string>{"import", (folder / "users.ndjson").string(),
                                               "--set", "import.batch=20"} +
                      on_database(folder / "users.db");
  cut_short(folder.path(), import, 600'000);
  const auto there = [&] {
    return SqliteFile(folder / "users.db").number("SELECT count(*) FROM users");
  };
  const auto first = there();
  INFO("after the cut: " << first);
  CHECK(first > 0);
  CHECK(first < user_count);
  CHECK(first % 20 == 0);  // whole batches only
  const auto rest = run_command(import);
  INFO(rest.out << rest.err);
  CHECK(rest.exit_code == 0);
  CHECK(there() == user_count);
  SqliteFile file(folder / "users.db");
  CHECK(file.number("SELECT count(*) FROM users WHERE name = 'Guest ' || id") == user_count);
  CHECK(run_command(import).exit_code == 1);  // finished now
}

TEST_CASE("an interrupted import is not resumed by another file") {
  const TempDir folder;
  write_file(folder / "users.ndjson", sample_lines(user_count));
  const auto database = on_database(folder / "users.db");
  cut_short(folder.path(),
            std::vector<std::string>{"import", (folder / "users.ndjson").string(), "--set",
                                     "import.batch=20"} +
                database,
            400'000);
  write_file(folder / "other.ndjson", "{\"name\":\"Ada\"}\n");
  CHECK(
      run_command(std::vector<std::string>{"import", (folder / "other.ndjson").string()} + database)
          .exit_code == 0);
  SqliteFile file(folder / "users.db");
  CHECK(file.number("SELECT count(*) FROM users WHERE name = 'Ada'") == 1);
}

TEST_CASE("a large import stays in constant memory") {
  const TempDir folder;
  const auto peak_kib = [&](int lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) text += "{\"name\":\"" + std::string(150, 'x') + "\"}\n";
    write_file(folder / "long.ndjson", text);
    Spawn spawn{.arguments = std::vector<std::string>{"import", (folder / "long.ndjson").string(),
                                                      "--set", "import.batch=100"} +
                             on_database(folder / (std::to_string(lines) + ".db"))};
    spawn.stderr_file = folder / "stderr";
    // The quarantine of ASan, memory that it does not reuse, would grow with the file.
    spawn.environment = {{"ASAN_OPTIONS", "quarantine_size_mb=1"}};
    ChildProcess child(spawn);
    long peak = 0;
    while (!child.wait(std::chrono::milliseconds(10))) {
      peak = std::max(peak, peak_memory_kib(child.pid()));
    }
    REQUIRE(child.wait() == 0);
    return peak;
  };
  const auto small = peak_kib(80'000);   // fills SQLite's page cache
  const auto large = peak_kib(200'000);  // a database that is 50 MB larger
  INFO(small << " KiB, then " << large << " KiB");
  CHECK(small > 0);
  CHECK(large < small + 3'000);
}

}  // namespace rollcall::tests
