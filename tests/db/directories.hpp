// The engines as the command line uses them: tests of import and export run against each.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "db/exporter.hpp"
#include "db/importer.hpp"

namespace rollcall::tests {

/// An empty database without a schema; deleted with the object.
class EmptyDatabase {
 public:
  EmptyDatabase() = default;
  EmptyDatabase(const EmptyDatabase&) = delete;
  EmptyDatabase& operator=(const EmptyDatabase&) = delete;
  virtual ~EmptyDatabase() = default;

  virtual std::string url() const = 0;
  /// Executes SQL as another program.
  virtual void execute(const std::string& sql) = 0;
  /// The first column of the first row.
  virtual std::int64_t number(const std::string& sql) = 0;

  config::Settings settings() const;
  /// An open importer or exporter; fail the test where opening fails.
  std::unique_ptr<db::Importer> importer() const;
  std::unique_ptr<db::Exporter> exporter() const;
  /// Every user, read by an exporter.
  std::vector<User> users() const;
};

/// Each engine needs an entry to be tested.
struct EmptyDatabaseEntry {
  std::string name;
  std::function<std::unique_ptr<EmptyDatabase>()> make;
};
std::vector<EmptyDatabaseEntry> empty_databases();

/// An empty database of each engine, as a generator of Catch2: the test case runs once for each.
std::unique_ptr<EmptyDatabase> any_empty_database();

}  // namespace rollcall::tests
