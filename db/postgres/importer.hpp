// Imports into PostgreSQL, beside running daemons.
#pragma once

#include <chrono>
#include <memory>

#include "db/importer.hpp"
#include "db/postgres/session.hpp"

namespace rollcall::db {

/// Imports on one database take turns batch by batch, by an advisory lock for which daemons never
/// wait. Two kinds of batches also lock the table, so that daemons cannot write until they end:
/// those of use_up(), and those of add() that need many ids, as where an explicit id is far above
/// all others. A batch of users notifies the nodes in its transaction. Where another program takes
/// the id or the e-mail of a line during the batch, the line is refused, or the other program has
/// to wait for the batch.
class PgImporter final : public Importer {
 public:
  /// Applies missing migrations, as a daemon does.
  static tl::expected<std::unique_ptr<PgImporter>, PgError> open(
      const PgTarget& target, std::chrono::milliseconds connect_timeout);

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
  template <class T>
  using Result = tl::expected<T, PgError>;
  using Rejections = std::vector<std::optional<ImportRejection>>;

  explicit PgImporter(PgSession session) : session_(std::move(session)) {}

  Result<void> begin();
  Result<Rejections> keep_from_use(std::span<const UsedId> ids);
  Result<Rejections> look_up_used(std::span<const UsedId> ids);
  Result<Rejections> look_up(std::span<const ImportedUser> users);
  Result<std::int64_t> look_up_last_id();
  /// Assigns ids that no other session can get: ids drawn from the sequence, or, by plan_far(), ids
  /// above it while other writers are locked out.
  tl::expected<std::vector<Added>, std::string> plan(std::span<const ImportedUser> users);
  tl::expected<std::vector<Added>, std::string> plan_far(std::span<const ImportedUser> users);
  /// Inserts the planned users. Refuses in `plan` those whose id or e-mail another program has
  /// taken in the meantime.
  Result<void> insert(std::span<const ImportedUser> users, std::vector<Added>& plan, Timestamp now);
  Result<void> end(std::string_view sha256, const ResumePoint& reached,
                   const std::optional<ResumePoint>& before, bool& overtaken);
  /// Rolls back what is left of the batch.
  void undo();

  PgSession session_;
  bool in_batch_ = false;
  std::vector<UserId> added_{};  // in this batch
};

}  // namespace rollcall::db
