// SQLite's file as the operator finds it: complete after a stop, paired with its log, or damaged.
#include <sqlite3.h>

#include <csignal>
#include <fstream>

#include "db/sqlite/database.hpp"
#include "db/sqlite/pairing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/client.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& database, const std::string& ending) {
  return database.string() + ending;
}

/// The number of users in a copy of the database file alone, as a backup by cp.
std::int64_t users_of_a_copy(const fs::path& database, const fs::path& copy) {
  fs::copy_file(database, copy);
  return SqliteFile(copy).number("SELECT count(*) FROM users");
}

void create_users(std::uint16_t port, int count) {
  HttpClient client(port);
  for (int i = 0; i < count; ++i) create_user(client, "User " + std::to_string(i));
}

/// Creates `count` users and kills the daemon, so that they are in the write-ahead log.
void serve_and_kill(const fs::path& database, int count) {
  DaemonProcess daemon({.database = database});
  create_users(daemon.port(), count);
  daemon.kill();
  REQUIRE(fs::file_size(beside(database, "-wal")) > 0);
}

/// The stderr of a start that fails; fails the test where the exit code is not 1.
std::string rejection(const fs::path& database) {
  const auto outcome = run_command(serve_arguments({.database = database}));
  CHECK(outcome.exit_code == 1);
  return outcome.err;
}

/// Overwrites pages of the table of users, from the second quarter of the file on.
void spoil(const fs::path& database) {
  const auto size = fs::file_size(database);
  std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
  const std::string waste(4'096, '\xee');
  for (auto at = size / 4 / 4'096 * 4'096; at + 4'096 <= size; at += 4'096) {
    file.seekp(static_cast<std::streamoff>(at));
    file.write(waste.data(), static_cast<std::streamsize>(waste.size()));
  }
}

}  // namespace

TEST_CASE("an ordinary stop leaves one whole file, with nothing beside it") {
  const TempDir folder;
  const auto database = folder / "users.db";
  {
    DaemonProcess daemon({.database = database, .loops = GENERATE(1, 3)});
    create_users(daemon.port(), 3);
    daemon.signal(SIGTERM);
    REQUIRE(daemon.wait() == 0);
  }
  CHECK_FALSE(fs::exists(beside(database, "-wal")));
  CHECK_FALSE(fs::exists(beside(database, "-shm")));
  CHECK(users_of_a_copy(database, folder / "copy.db") == 3);
}

TEST_CASE("the files of a new database are readable by their owner only") {
  const auto mode = [](const fs::path& path) { return fs::status(path).permissions(); };
  const auto owner = fs::perms::owner_read | fs::perms::owner_write;
  DaemonProcess daemon;
  create_users(daemon.port(), 1);
  for (const char* ending : {"", ".lock", "-wal", "-shm"}) {
    INFO(ending);
    CHECK(mode(beside(daemon.database(), ending)) == owner);
  }
  CHECK(daemon.log().find("may read it") == std::string::npos);
}

TEST_CASE("a database that others may read stays so, and the log reports it") {
  const TempDir folder;
  const auto database = folder / "users.db";
  import_sample(database);
  fs::permissions(database, fs::perms::group_read, fs::perm_options::add);
  const DaemonProcess daemon({.database = database});
  CHECK(daemon.log().find("other users of this machine may read it") != std::string::npos);
  CHECK((fs::status(database).permissions() & fs::perms::group_read) != fs::perms::none);
}

TEST_CASE("an import and a migration leave one whole file too") {
  const TempDir folder;
  const auto database = folder / "users.db";
  REQUIRE(run_command(std::vector<std::string>{"migrate"} + on_database(database)).exit_code == 0);
  CHECK_FALSE(fs::exists(beside(database, "-wal")));
  import_sample(database);
  CHECK_FALSE(fs::exists(beside(database, "-wal")));
  CHECK_FALSE(fs::exists(beside(database, "-shm")));
  CHECK(users_of_a_copy(database, folder / "copy.db") == 1'000);
}

TEST_CASE("a stop beside a reading program ends in time, and names the file to copy too") {
  DaemonProcess daemon;
  create_users(daemon.port(), 1);
  SqliteFile reader(daemon.database());
  reader.execute("BEGIN");
  REQUIRE(reader.number("SELECT count(*) FROM users") == 1);
  create_users(daemon.port(), 2);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  INFO(daemon.log());
  CHECK(daemon.log().find("copy " + daemon.database().string() + "-wal too") != std::string::npos);
}

TEST_CASE("a file that was restored beside the log of another one is refused") {
  const TempDir folder;
  const auto database = folder / "users.db";
  {
    DaemonProcess daemon({.database = database});
    create_users(daemon.port(), 2);
  }
  fs::copy_file(database, folder / "backup.db");
  serve_and_kill(database, 5);
  SECTION("in place") {
    fs::copy_file(folder / "backup.db", database, fs::copy_options::overwrite_existing);
  }
  SECTION("by a new name") { fs::rename(folder / "backup.db", database); }
  SECTION("as a file of no bytes") { fs::resize_file(database, 0); }
  const auto wal = read_file(beside(database, "-wal"));
  const auto file = read_file(database);
  const auto said = rejection(database);
  INFO(said);
  CHECK(said.find(database.string() + "-wal belongs to another file") != std::string::npos);
  CHECK((read_file(beside(database, "-wal")) == wal && read_file(database) == file));
  // As the message tells the operator to do.
  fs::rename(beside(database, "-wal"), folder / "aside-wal");
  fs::remove(beside(database, "-shm"));
  const DaemonProcess daemon({.database = database});
  CHECK(HttpClient(daemon.port()).get("/users/1").status == (file.empty() ? 404 : 200));
}

TEST_CASE("a backup that was made while the daemon ran is refused beside a later log") {
  const TempDir folder;
  const auto database = folder / "users.db";
  {
    DaemonProcess daemon({.database = database});
    create_users(daemon.port(), 2);
    SqliteFile(database).execute("VACUUM INTO '" + (folder / "backup.db").string() + "'");
    Load load(daemon.port(), {.readers = 0, .writers = 4});
    // Beyond a checkpoint.
    for (int i = 0; i < 20; ++i) load.wait_for_writes(100);
    daemon.kill();
    (void)load.collect();
  }
  fs::copy_file(folder / "backup.db", database, fs::copy_options::overwrite_existing);
  CHECK(rejection(database).find("-wal belongs to another file") != std::string::npos);
}

TEST_CASE("a stamp that did not come into the file is not recorded as the file's") {
  const TempDir folder;
  const auto database = folder / "users.db";
  REQUIRE(db::SqliteDatabase::prepare(database).has_value());
  const auto before = db::read_pair(database);
  REQUIRE(before);
  auto connection =
      db::SqliteConnection::open(database, db::OpenMode::read_write, std::chrono::milliseconds(0));
  REQUIRE(connection);
  db::LogPairing pairing(database);
  REQUIRE(connection->execute("PRAGMA query_only = ON"));  // like a full disk: writes fail
  CHECK_FALSE(pairing.checkpoint(*connection, SQLITE_CHECKPOINT_PASSIVE));
  CHECK(db::read_pair(database)->next_stamp != before->stamp);
  REQUIRE(connection->execute("PRAGMA query_only = OFF"));
  REQUIRE(pairing.checkpoint(*connection, SQLITE_CHECKPOINT_PASSIVE) == true);
  CHECK(db::read_pair(database)->stamp == before->stamp);
  CHECK(db::read_pair(database)->next_stamp == before->stamp);
}

TEST_CASE("a log that is its file's own is taken, wherever both lie") {
  const TempDir folder;
  const auto database = folder / "users.db";
  serve_and_kill(database, 2);
  serve_and_kill(database, 3);
  const auto move = [&](const fs::path& from, const fs::path& to, bool lock) {
    const auto how = fs::copy_options::overwrite_existing;
    fs::copy_file(from, to, how);
    fs::copy_file(beside(from, "-wal"), beside(to, "-wal"), how);
    if (lock) fs::copy_file(beside(from, ".lock"), beside(to, ".lock"), how);
  };
  SECTION("where they were") {}
  SECTION("copied to another place and back over what became of them") {
    const bool lock = GENERATE(true, false);
    move(database, folder / "other.db", lock);
    { const DaemonProcess other({.database = folder / "other.db"}); }
    move(database, folder / "kept.db", lock);
    serve_and_kill(database, 4);
    move(folder / "kept.db", database, lock);
    fs::remove(beside(database, "-shm"));
  }
  const DaemonProcess daemon({.database = database});
  CHECK(HttpClient(daemon.port()).get("/users/5").status == 200);
}

TEST_CASE("a database that is damaged while it is served is not ready, and stays so") {
  const TempDir folder;
  const auto database = folder / "users.db";
  import_sample(database);
  DaemonProcess daemon({.database = database});
  spoil(database);
  HttpClient client(daemon.port());
  const auto lookup = [&] { return client.get("/users/900").status; };
  CHECK(lookup() == 503);
  wait_until("the damage is not logged",
             [&] { return daemon.log().find("is damaged") != std::string::npos; });
  for (int i = 0; i < 20; ++i) {
    CHECK(ask_once(daemon.admin_port(), {.target = "/ready"}).status == 503);
    CHECK(lookup() == 503);
  }
  CHECK(daemon.log().find("store-read: ready on", daemon.log().find("is damaged")) ==
        std::string::npos);
}

TEST_CASE("a database that is damaged is refused at the start") {
  const TempDir folder;
  const auto database = folder / "users.db";
  import_sample(database);
  spoil(database);
  CHECK(rejection(database).find("is damaged") != std::string::npos);
}

}  // namespace rollcall::tests
