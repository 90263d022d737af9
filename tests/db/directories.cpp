#include "tests/db/directories.hpp"

#include "app/engines.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/postgres/cluster.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

namespace {

class EmptySqliteDatabase final : public EmptyDatabase {
 public:
  std::string url() const override { return "sqlite:" + path_.string(); }
  void execute(const std::string& sql) override { SqliteFile(path_).execute(sql); }
  std::int64_t number(const std::string& sql) override { return SqliteFile(path_).number(sql); }

 private:
  TempDir folder_;
  std::filesystem::path path_ = folder_ / "users.db";
};

class EmptyPgDatabase final : public EmptyDatabase {
 public:
  std::string url() const override { return database_.url(); }
  void execute(const std::string& sql) override { database_.client().execute(sql); }
  std::int64_t number(const std::string& sql) override { return database_.client().number(sql); }

 private:
  PgDatabase database_;
};

}  // namespace

config::Settings EmptyDatabase::settings() const {
  config::Settings settings;
  settings.database.url = url();
  return settings;
}

std::unique_ptr<db::Importer> EmptyDatabase::importer() const {
  auto importer = app::engine_of(settings()).importer(settings());
  INFO((importer ? "" : importer.error()));
  REQUIRE(importer.has_value());
  return std::move(*importer);
}

std::unique_ptr<db::Exporter> EmptyDatabase::exporter() const {
  auto exporter = app::engine_of(settings()).exporter(settings());
  INFO((exporter ? "" : exporter.error()));
  REQUIRE(exporter.has_value());
  return std::move(*exporter);
}

std::vector<User> EmptyDatabase::users() const {
  const auto everyone = exporter();
  std::vector<User> users;
  while (true) {
    auto user = everyone->next();
    REQUIRE(user.has_value());
    if (!*user) return users;
    users.push_back(std::move(**user));
  }
}

std::vector<EmptyDatabaseEntry> empty_databases() {
  return {{"SQLite", [] { return std::make_unique<EmptySqliteDatabase>(); }},
          {"PostgreSQL", [] { return std::make_unique<EmptyPgDatabase>(); }}};
}

std::unique_ptr<EmptyDatabase> any_empty_database() {
  const auto entry = GENERATE(from_range(empty_databases()));
  UNSCOPED_INFO(entry.name);
  return entry.make();
}

}  // namespace rollcall::tests
