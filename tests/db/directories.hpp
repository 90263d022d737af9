// The engines as the command line uses them: the suites of import and export run against each.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "db/exporter.hpp"
#include "db/importer.hpp"

namespace rollcall::tests {

/// An empty database without a schema, gone with the object.
class EmptyDatabase {
 public:
  EmptyDatabase() = default;
  EmptyDatabase(const EmptyDatabase&) = delete;
  EmptyDatabase& operator=(const EmptyDatabase&) = delete;
  virtual ~EmptyDatabase() = default;

  virtual std::string url() const = 0;
  /// Executes SQL as another program.
  virtual void execute(const std::string& sql) = 0;

  config::Settings settings() const;
  /// Opened, or the test fails.
  std::unique_ptr<db::Importer> importer() const;
  std::unique_ptr<db::Exporter> exporter() const;
  /// Every user, by an exporter.
  std::vector<User> users() const;
};

/// An engine joins the suites by an entry of its own.
struct EmptyDatabaseEntry {
  std::string name;
  std::function<std::unique_ptr<EmptyDatabase>()> make;
};
std::vector<EmptyDatabaseEntry> empty_databases();

/// Each of them in turn: what follows in the test case is run once for each.
std::unique_ptr<EmptyDatabase> any_empty_database();

}  // namespace rollcall::tests
