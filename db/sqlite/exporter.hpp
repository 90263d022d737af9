// Exports from a SQLite database.
#pragma once

#include <filesystem>
#include <memory>

#include "db/exporter.hpp"

namespace rollcall::db {

/// Holds one snapshot from the first read on: until it is destroyed, the write-ahead log of a
/// daemon cannot be reset and grows with each write. Takes no lock file, so it runs also beside a
/// daemon.
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
