// Adds many users to the directory at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "db/used_id.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// A user as a line of an imported file gives it. What is left out is given by the importer: the
/// next id, version 1, now.
struct ImportedUser {
  std::optional<UserId> id;
  UserFields fields;
  std::optional<Timestamp> created_at{};
  std::optional<Timestamp> updated_at{};
  std::optional<std::int64_t> version{};  // at least 1
};

/// How far the import of a file has got. The hash of its content identifies the file.
struct ResumePoint {
  std::int64_t last_line;  // 1-based; lines up to here are in the directory or were reported
  bool finished;
  std::string file_name{};  // what it was called; empty where an older Rollcall imported it
};

/// Why one user was not added. The id is looked at first, then the keys in the order of KeysRow.
struct ImportRejection {
  enum class Kind {
    id_taken,
    id_deleted,  // a user had it who was deleted; ids are never given again
    email_taken,
    username_taken,
    external_id_taken
  };
  Kind kind;
  std::string detail;  // for the operator
};

ImportRejection id_taken(UserId id);
ImportRejection id_deleted(UserId id);
/// The error of commit() where another import of the same content has committed in between.
std::string overtaken();

/// Writes users in batches, one transaction each: `add` or `use_up`, then `commit`. Errors given as
/// a string are for the operator; after one, nothing of the batch is written. The exception is a
/// COMMIT during which the connection or the disk fails: its outcome is unknown until
/// resume_point() of a new importer shows whether it was committed. Not thread-safe; every call
/// blocks.
class Importer {
 public:
  Importer() = default;
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;
  /// Rolls back a batch that was not committed.
  virtual ~Importer() = default;
  /// The last call: lets the importer leave the database in order. The error is a warning for the
  /// operator: what was committed stays committed.
  virtual tl::expected<void, std::string> close() { return {}; }

  /// Nothing where no batch of a file with this hash (64 hex digits) was ever committed.
  virtual tl::expected<std::optional<ResumePoint>, std::string> resume_point(
      std::string_view sha256) = 0;
  /// For each user, in order, why the directory in its present state refuses it; nothing where it
  /// does not. The users are not compared with each other.
  virtual tl::expected<std::vector<std::optional<ImportRejection>>, std::string> rejections_of(
      std::span<const ImportedUser> users) = 0;
  /// The same for ids that are meant for use_up(): the id of a deleted user is refused where a user
  /// has it. An id that is used up already is not refused.
  virtual tl::expected<std::vector<std::optional<ImportRejection>>, std::string> rejections_of(
      std::span<const UsedId> ids) = 0;
  /// The largest id ever given, 0 where there was none: a user without an id gets the next one.
  virtual tl::expected<std::int64_t, std::string> last_id() = 0;

  /// What became of one user.
  using Added = tl::expected<UserId, ImportRejection>;
  /// Begins a batch and adds users to it, in order. A refused user does not affect the others. A
  /// user without an id gets one above all ids before it, explicit ones included.
  virtual tl::expected<std::vector<Added>, std::string> add(std::span<const ImportedUser> users,
                                                            Timestamp now) = 0;
  /// Begins a batch that uses up ids: those of deleted users are never given again, and later users
  /// without an id get larger ids than all of these. Returns what rejections_of() does; a refused
  /// id is skipped.
  virtual tl::expected<std::vector<std::optional<ImportRejection>>, std::string> use_up(
      std::span<const UsedId> ids) = 0;
  /// Commits the batch and the resume point `reached` in one transaction. `before` is the resume
  /// point that the caller knows, from resume_point() or from the commit before. An error where the
  /// recorded one differs: another import of this content has committed in between.
  virtual tl::expected<void, std::string> commit(std::string_view sha256,
                                                 const ResumePoint& reached,
                                                 const std::optional<ResumePoint>& before) = 0;
};

}  // namespace rollcall::db
