// Imports into a SQLite database, while no daemon runs on it.
#pragma once

#include <filesystem>
#include <memory>

#include "db/importer.hpp"

namespace rollcall::db {

class SqliteImporter final : public Importer {
 public:
  /// Takes the lock and applies missing migrations, as a daemon does: refused beside a daemon. The
  /// error is for the operator.
  static tl::expected<std::unique_ptr<SqliteImporter>, std::string> open(
      const std::filesystem::path& path);
  ~SqliteImporter() override;
  /// As SqliteDatabase::close(). Nothing else may be called afterwards.
  tl::expected<void, std::string> close() override;

  tl::expected<std::optional<ResumePoint>, std::string> resume_point(
      std::string_view sha256) override;
  tl::expected<std::vector<std::optional<ImportRejection>>, std::string> rejections_of(
      std::span<const ImportedUser> users) override;
  tl::expected<std::vector<std::optional<ImportRejection>>, std::string> rejections_of(
      std::span<const UsedId> ids) override;
  tl::expected<std::int64_t, std::string> last_id() override;
  tl::expected<std::vector<Added>, std::string> add(std::span<const ImportedUser> users,
                                                    Timestamp now) override;
  tl::expected<std::vector<std::optional<ImportRejection>>, std::string> use_up(
      std::span<const UsedId> ids) override;
  tl::expected<void, std::string> commit(std::string_view sha256, const ResumePoint& reached,
                                         const std::optional<ResumePoint>& before) override;

 private:
  struct State;
  explicit SqliteImporter(std::unique_ptr<State> state);
  tl::expected<Added, std::string> add_one(const ImportedUser& user, Timestamp now);
  tl::expected<std::optional<ImportRejection>, std::string> rejection_of(const ImportedUser& user);

  std::unique_ptr<State> state_;
};

}  // namespace rollcall::db
