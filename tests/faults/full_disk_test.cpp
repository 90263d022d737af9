// The disk is full: writes are refused, reads are served, and no acknowledged write is lost.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

/// Creates users until one is refused because the disk is full. Returns the ids of the acknowledged
/// ones.
std::vector<std::int64_t> write_until_refused(HttpClient& client, const std::string& slug) {
  const std::string name(200, 'x');
  std::vector<std::int64_t> acknowledged;
  for (int i = 0; i < 2'000; ++i) {
    const auto answer = client.write("POST", "/users", Json{{"name", name}}.dump());
    if (answer.status != 201) {
      check_problem(answer, 503, slug, "/users");
      CHECK(answer.header("Retry-After").has_value() == (slug == "storage-unavailable"));
      return acknowledged;
    }
    acknowledged.push_back(answer.json().at("id").get<std::int64_t>());
  }
  FAIL("the disk never gets full");
  return acknowledged;
}

void check_there(HttpClient& client, const std::vector<std::int64_t>& ids) {
  for (const auto id : ids) {
    INFO("user " << id);
    CHECK(client.get("/users/" + std::to_string(id)).status == 200);
  }
}

/// Creates users until one is acknowledged again, and returns its id.
std::int64_t write_until_acknowledged(HttpClient& client) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto answer = client.write("POST", "/users", R"({"name":"Ada"})");
    if (answer.status == 201) return answer.json().at("id").get<std::int64_t>();
    if (std::chrono::steady_clock::now() > end) FAIL("no write works again: " << answer.body);
  }
}

/// Checks that without space the daemon refuses writes and serves reads, that it writes again once
/// there is space, and that a restarted daemon has every acknowledged write.
template <class MakeScarce, class MakeSpace>
void check_shortage(DaemonOptions options, const std::string& slug, MakeScarce make_scarce,
                    MakeSpace make_space) {
  std::vector<std::int64_t> acknowledged;
  options.set = {"lookup.cache_entries=0"};  // so that each read asks the database
  {
    DaemonProcess daemon(options);
    HttpClient client(daemon.port());
    acknowledged.push_back(create_user(client, "First"));
    make_scarce(daemon);
    const auto fitted = write_until_refused(client, slug);
    acknowledged.insert(acknowledged.end(), fitted.begin(), fitted.end());
    check_there(client, acknowledged);
    CHECK(client.get("/users?limit=5").status == 200);
    for (int i = 0; i < 20; ++i) {
      // A smaller write may still fit where a large one did not.
      const auto answer = client.write("PATCH", "/users/1", R"({"name":"Again"})");
      CHECK((answer.status == 200 || answer.status == 503));
    }
    CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
    make_space(daemon);
    wait_for_ready(daemon.admin_port());  // detected without a write of a client
    acknowledged.push_back(write_until_acknowledged(client));
    check_there(client, acknowledged);
  }
  DaemonProcess daemon(options);
  HttpClient client(daemon.port());
  check_there(client, acknowledged);
}

/// A file system of 12 MB in memory, where this process may mount one.
class SmallDisk {
 public:
  SmallDisk() : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=12m") == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  std::filesystem::path operator/(const char* name) const { return folder_ / name; }
  /// Fills the disk up to this many free bytes.
  void fill_but(std::uintmax_t bytes) const {
    const auto size = std::filesystem::space(folder_.path()).available - bytes;
    const Descriptor ballast(
        ::open((folder_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(::posix_fallocate(ballast.get(), 0, static_cast<off_t>(size)) == 0);
  }

 private:
  TempDir folder_;
  bool mounted_;
};

void limit_file_size(pid_t pid, rlim_t bytes) {
  rlimit limit{};
  REQUIRE(::prlimit(pid, RLIMIT_FSIZE, nullptr, &limit) == 0);
  limit.rlim_cur = bytes;
  REQUIRE(::prlimit(pid, RLIMIT_FSIZE, &limit, nullptr) == 0);
}

}  // namespace

TEST_CASE("on a full disk writes are refused, reads are served, and with space again writes too") {
  const int loops = GENERATE(1, 3);
  const SmallDisk disk;
  if (!disk.mounted()) {
    WARN("not run: this process may not mount a small disk; the next test needs none");
    return;
  }
  check_shortage(
      {.database = disk / "users.db", .loops = loops}, "storage-unavailable",
      [&](const DaemonProcess&) { disk.fill_but(256 * 1'024); },
      [&](const DaemonProcess&) { std::filesystem::remove(disk / "ballast"); });
}

TEST_CASE("where a file may not grow writes are refused, reads are served, and later writes too") {
  const TempDir folder;
  const auto log = folder / "users.db-wal";
  DaemonOptions options{.database = folder / "users.db", .loops = GENERATE(1, 3)};
  options.spawn.ignore_file_size_signal = true;
  // SQLite takes EFBIG for a broken disk, not for a full one.
  check_shortage(
      options, "outcome-unknown",
      [&](const DaemonProcess& daemon) {
        limit_file_size(daemon.pid(), std::filesystem::file_size(log) + 128 * 1'024);
      },
      [](const DaemonProcess& daemon) { limit_file_size(daemon.pid(), RLIM_INFINITY); });
}

TEST_CASE("a daemon that starts on a full disk reports it, or serves what it can") {
  const SmallDisk disk;
  if (!disk.mounted()) {
    WARN("not run: this process may not mount a small disk");
    return;
  }
  import_sample(disk / "users.db");
  disk.fill_but(0);
  try {
    DaemonProcess daemon({.database = disk / "users.db"});
    HttpClient client(daemon.port());
    const auto refused = client.write("POST", "/users", R"({"name":"Ada"})");
    check_problem(refused, 503, "storage-unavailable", "/users");
    const auto read = client.get("/users/42");
    CHECK((read.status == 200 || read.status == 503));
    std::filesystem::remove(disk / "ballast");
    CHECK(write_until_acknowledged(client) == 1'001);
  } catch (const std::runtime_error& rejection) {
    const std::string why = rejection.what();
    INFO(why);
    CHECK(why.find("exit code 1:") != std::string::npos);
    CHECK(why.find("users.db") != std::string::npos);
  }
}

TEST_CASE("an import on a full disk reports its progress, and resumes from there") {
  const SmallDisk disk;
  if (!disk.mounted()) {
    WARN("not run: this process may not mount a small disk");
    return;
  }
  const TempDir folder;
  write_file(folder / "users.ndjson", sample_lines(8'000));
  const auto import = std::vector<std::string>{"import", (folder / "users.ndjson").string(),
                                               "--set", "import.batch=100"} +
                      on_database(disk / "users.db");
  disk.fill_but(512 * 1'024);
  const auto cut = run_command(import);
  INFO(cut.err);
  CHECK(cut.exit_code == 1);
  CHECK_FALSE(cut.err.empty());
  std::filesystem::remove(disk / "ballast");
  CHECK(run_command(import).exit_code == 0);
  const auto exported =
      run_command(std::vector<std::string>{"export"} + on_database(disk / "users.db"));
  CHECK(std::count(exported.out.begin(), exported.out.end(), '\n') == 8'000);
}

}  // namespace rollcall::tests
