// Imports into PostgreSQL while other programs use the same database.
#include <libpq-fe.h>
#include <poll.h>

#include <atomic>
#include <future>

#include "app/engines.hpp"
#include "tests/db/directories.hpp"
#include "tests/db/imported.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/postgres/cluster.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {
namespace {

using db::ImportedUser;
using db::Importer;

class SharedDatabase {
 public:
  std::unique_ptr<Importer> importer() const {
    auto importer = app::engine_of(settings()).importer(settings());
    INFO((importer ? "" : importer.error()));
    REQUIRE(importer.has_value());
    return std::move(*importer);
  }
  config::Settings settings() const {
    config::Settings settings;
    settings.database.url = database_.url();
    settings.database.connect_timeout = patience;
    return settings;
  }
  PgClient client() const { return database_.client(); }
  std::string url() const { return database_.url(); }
  std::int64_t number(const std::string& sql) const { return client().number(sql); }

 private:
  PgDatabase database_;
};

/// Receives the notifications to the nodes.
class Listener {
 public:
  explicit Listener(const std::string& url) : handle_(PQconnectdb(url.c_str()), &PQfinish) {
    run("LISTEN rollcall");
  }
  /// Waits until at least this many notifications have arrived; returns the payloads.
  std::vector<std::string> payloads(std::size_t wanted) {
    run("SELECT 1");
    std::vector<std::string> payloads;
    while (true) {
      PQconsumeInput(handle_.get());
      while (PGnotify* raw = PQnotifies(handle_.get())) {
        payloads.emplace_back(raw->extra);
        PQfreemem(raw);
      }
      if (payloads.size() >= wanted) return payloads;
      pollfd readable{PQsocket(handle_.get()), POLLIN, 0};
      REQUIRE(::poll(&readable, 1, static_cast<int>(patience.count())) == 1);
    }
  }

 private:
  void run(const char* sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(handle_.get(), sql),
                                                               &PQclear);
    REQUIRE(PQresultStatus(result.get()) != PGRES_FATAL_ERROR);
  }
  std::unique_ptr<PGconn, decltype(&PQfinish)> handle_;
};

TEST_CASE("the nodes are notified of the users of a batch at its commit, of none before") {
  const SharedDatabase shared;
  const auto importer = shared.importer();
  Listener listener(shared.url());
  REQUIRE(importer->add({{imported("Ada", "ada@example.org"), imported("Bob"),
                          imported("Cyd", "ada@example.org"), imported("Dan", {}, 70)}},
                        import_time));
  CHECK(listener.payloads(0).empty());
  REQUIRE(importer->commit(file_hash, {3, false}, std::nullopt));
  CHECK(listener.payloads(1) == std::vector<std::string>{"import 1,2,70"});
  REQUIRE(importer->add({}, import_time));
  REQUIRE(importer->commit(file_hash, {4, false}, db::ResumePoint{3, false}));
  CHECK(listener.payloads(0).empty());
}

TEST_CASE("a batch of more than 10,000 users invalidates every user on the nodes") {
  const SharedDatabase shared;
  const auto importer = shared.importer();
  Listener listener(shared.url());
  const std::vector<ImportedUser> users(10'001, imported("U"));
  REQUIRE(importer->add(users, import_time));
  REQUIRE(importer->commit(file_hash, {10'001, true}, std::nullopt));
  CHECK(listener.payloads(1) == std::vector<std::string>{"import *"});
  CHECK(shared.number("SELECT count(*) FROM users") == 10'001);
}

TEST_CASE("a line whose e-mail is taken by another while its batch is written is refused alone",
          "[threads]") {
  const SharedDatabase shared;
  const auto importer = shared.importer();
  auto other = shared.client();
  other.execute(
      "BEGIN; INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
      "VALUES ('Other', 'ada@example.org', 'ada@example.org', 1, 0, 0)");
  auto added = std::async(std::launch::async, [&] {
    return importer->add({{imported("Ada", "ada@example.org"), imported("Bob")}}, import_time);
  });
  auto watch = shared.client();
  while (watch.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                      "AND application_name = 'rollcall import' "
                      "AND datname = current_database()") == 0) {
    REQUIRE(added.wait_for(std::chrono::seconds{0}) == std::future_status::timeout);
  }
  other.execute("COMMIT");
  const auto result = added.get();
  REQUIRE(result.has_value());
  REQUIRE_FALSE((*result)[0].has_value());
  CHECK((*result)[0].error().kind == db::ImportRejection::Kind::email_taken);
  CHECK((*result)[1].has_value());
  REQUIRE(importer->commit(file_hash, {2, true}, std::nullopt));
  CHECK(watch.text("SELECT string_agg(name, ' ' ORDER BY name) FROM users") == "Bob Other");
}

TEST_CASE("imports and daemons that write at the same time never get one id twice", "[threads]") {
  const SharedDatabase shared;
  REQUIRE(app::engine_of(shared.settings()).migrate(shared.settings(), false).has_value());
  constexpr int batches = 20;
  std::atomic<int> users = 0;
  const auto import = [&](char name) {
    const auto importer = app::engine_of(shared.settings()).importer(shared.settings()).value();
    std::optional<db::ResumePoint> before;
    for (int batch = 1; batch <= batches; ++batch) {
      const std::int64_t near = importer->last_id().value() + 5;
      const std::int64_t far = std::int64_t{1'000'000} * batch;
      const auto added =
          importer->add({{imported("N"), imported("I", {}, near), imported("N"), imported("N"),
                          imported("I", {}, far + name), imported("N")}},
                        import_time);
      for (const auto& one : added.value()) users += one.has_value() ? 1 : 0;
      const db::ResumePoint reached{batch, batch == batches};
      if (!importer->commit(std::string(64, name), reached, before)) return false;
      before = reached;
    }
    return true;
  };
  std::vector<std::future<bool>> imports;
  for (const char name : {'a', 'b', 'c'}) {
    imports.push_back(std::async(std::launch::async, import, name));
  }
  auto daemon = shared.client();
  for (auto& under_way : imports) {
    while (under_way.wait_for(std::chrono::seconds{0}) == std::future_status::timeout) {
      daemon.execute(
          "INSERT INTO users (name, version, created_at, updated_at) VALUES ('D', 1, 0, 0)");
      ++users;
    }
    CHECK(under_way.get());
  }
  // An id given twice would have violated the primary key, or the line would have been refused.
  CHECK(daemon.number("SELECT count(*) FROM users") == users);
  CHECK(daemon.number("SELECT count(*) FROM users WHERE name = 'N'") == 3 * batches * 4);
  CHECK(daemon.number("SELECT max(id) FROM users") <=
        daemon.number("SELECT last_value FROM users_id_seq"));
}

TEST_CASE("two concurrent imports of one content import it once", "[threads]") {
  const SharedDatabase shared;
  REQUIRE(app::engine_of(shared.settings()).migrate(shared.settings(), false).has_value());
  constexpr int batches = 10;
  const auto import = [&] {
    const auto importer = app::engine_of(shared.settings()).importer(shared.settings()).value();
    auto before = importer->resume_point(file_hash).value();
    for (int batch = before ? static_cast<int>(before->last_line) + 1 : 1; batch <= batches;
         ++batch) {
      importer->add({{imported("Line " + std::to_string(batch))}}, import_time).value();
      const db::ResumePoint reached{batch, batch == batches};
      if (!importer->commit(file_hash, reached, before)) return false;
      before = reached;
    }
    return true;
  };
  auto first = std::async(std::launch::async, import);
  auto second = std::async(std::launch::async, import);
  const bool first_done = first.get();
  const bool second_done = second.get();
  CHECK((first_done || second_done));
  CHECK(shared.number("SELECT count(*) FROM users") == batches);
  CHECK(shared.number("SELECT count(DISTINCT name) FROM users") == batches);
}

TEST_CASE("a batch is lost with its connection, and another import resumes after the last one") {
  const SharedDatabase shared;
  auto importer = shared.importer();
  REQUIRE(importer->add({{imported("Ada")}}, import_time));
  REQUIRE(importer->commit(file_hash, {1, false}, std::nullopt));
  REQUIRE(importer->add({{imported("Bob")}}, import_time));
  shared.client().execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
      "WHERE application_name = 'rollcall import' AND datname = current_database()");
  CHECK_FALSE(importer->commit(file_hash, {2, true}, db::ResumePoint{1, false}));
  CHECK_FALSE(importer->add({{imported("Cyd")}}, import_time).has_value());
  importer = shared.importer();
  const auto point = importer->resume_point(file_hash);
  REQUIRE(point.has_value());
  REQUIRE(point->has_value());
  CHECK((*point)->last_line == 1);
  CHECK(shared.number("SELECT count(*) FROM users") == 1);
}

TEST_CASE("a missing database is named, its password is not") {
  config::Settings settings;
  settings.database.url = shared_cluster().url("none");
  settings.database.url.insert(settings.database.url.find('@'), ":secret");
  const auto importer = app::engine_of(settings).importer(settings);
  REQUIRE_FALSE(importer.has_value());
  INFO(importer.error());
  CHECK(importer.error().find("/none: PostgreSQL has no such database") != std::string::npos);
  CHECK(importer.error().find("secret") == std::string::npos);
}

}  // namespace
}  // namespace rollcall::tests
