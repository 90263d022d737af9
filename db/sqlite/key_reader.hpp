// Reads the keys of a SQLite database.
#pragma once

#include <filesystem>
#include <memory>

#include "db/key_check.hpp"

namespace rollcall::db {

/// Takes no lock file, so it reads also beside a daemon. Holds one snapshot as SqliteExporter.
class SqliteKeyReader final : public KeyReader {
 public:
  /// Refused where the file does not exist or its schema is not one that this binary reads. The
  /// error is for the operator.
  static tl::expected<std::unique_ptr<KeyReader>, std::string> open(
      const std::filesystem::path& path);
  ~SqliteKeyReader() override;

  tl::expected<Page, std::string> stale_after(std::int64_t last) override;
  tl::expected<std::optional<std::int64_t>, std::string> holder(const UserKey& key) override;

 private:
  struct State;
  explicit SqliteKeyReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rollcall::db
