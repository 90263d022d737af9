#include "tests/db/directories.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/postgres/cluster.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/temp_dir.hpp"
#include "transfer/open_directory.hpp"

namespace rollcall::tests {

namespace {

class SqliteDirectory final : public Directory {
 public:
  std::string url() const override { return "sqlite:" + path_.string(); }
  void execute(const std::string& sql) override { SqliteFile(path_).execute(sql); }

 private:
  TempDir folder_;
  std::filesystem::path path_ = folder_ / "users.db";
};

class PgDirectory final : public Directory {
 public:
  std::string url() const override { return database_.url(); }
  void execute(const std::string& sql) override { database_.client().execute(sql); }

 private:
  PgDatabase database_;
};

}  // namespace

config::Settings Directory::settings() const {
  config::Settings settings;
  settings.database.url = url();
  return settings;
}

std::unique_ptr<db::Importer> Directory::importer() const {
  auto importer = app::open_importer(settings());
  INFO((importer ? "" : importer.error()));
  REQUIRE(importer.has_value());
  return std::move(*importer);
}

std::unique_ptr<db::Exporter> Directory::exporter() const {
  auto exporter = app::open_exporter(settings());
  INFO((exporter ? "" : exporter.error()));
  REQUIRE(exporter.has_value());
  return std::move(*exporter);
}

std::vector<User> Directory::users() const {
  const auto everyone = exporter();
  std::vector<User> users;
  while (true) {
    auto user = everyone->next();
    REQUIRE(user.has_value());
    if (!*user) return users;
    users.push_back(std::move(**user));
  }
}

std::vector<DirectoryEntry> directories() {
  return {{"SQLite", [] { return std::make_unique<SqliteDirectory>(); }},
          {"PostgreSQL", [] { return std::make_unique<PgDirectory>(); }}};
}

std::unique_ptr<Directory> any_directory() {
  const auto entry = GENERATE(from_range(directories()));
  UNSCOPED_INFO(entry.name);
  return entry.make();
}

}  // namespace rollcall::tests
