// Imports into PostgreSQL, beside running daemons.
#pragma once

#include <chrono>
#include <memory>

#include "db/importer.hpp"
#include "db/postgres/session.hpp"

namespace rollcall::db {

/// Imports take turns, a batch each, by an advisory lock; daemons don't wait for them, but where an
/// id is given that lies far above all others: then inserting is locked out for that batch. The
/// nodes are told of every batch in its transaction. A write that takes away the id or the e-mail
/// of a line while its batch is under way refuses that line, or waits for the batch.
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
  /// The users under ids that are ours alone.
  tl::expected<std::vector<Added>, std::string> plan(std::span<const ImportedUser> users);
  tl::expected<std::vector<Added>, std::string> plan_far(std::span<const ImportedUser> users);
  /// Refuses in the plan those that another program was quicker with.
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
