// Exports from a SQLite database.
#pragma once

#include <filesystem>
#include <memory>

#include "db/exporter.hpp"

namespace rollcall::db {

/// While it lives the daemon's write-ahead log can't be reset and grows with what is written
/// meanwhile. Takes no lock.
class SqliteExporter final : public Exporter {
 public:
  /// Refused where the file does not exist or its schema is not one that this binary reads. The
  /// error is for the operator.
  static tl::expected<std::unique_ptr<SqliteExporter>, std::string> open(
      const std::filesystem::path& path);
  ~SqliteExporter() override;

  tl::expected<std::optional<User>, std::string> next() override;
  tl::expected<std::optional<UsedId>, std::string> next_used_id() override;

 private:
  struct State;
  explicit SqliteExporter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rollcall::db
