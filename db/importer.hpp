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

/// How far an import of a content came.
struct ResumePoint {
  std::int64_t last_line;  // 1-based; lines up to here are in the directory or were reported
  bool finished;
  std::string file_name{};  // what it was called; empty where an older Rollcall imported it
};

/// Why one user was not added. The id is looked at before the e-mail.
struct ImportRejection {
  enum class Kind {
    id_taken,
    id_deleted,  // a user had it who was deleted; ids are never given again
    email_taken
  };
  Kind kind;
  std::string detail;  // for the operator
};

ImportRejection id_taken(UserId id);
ImportRejection id_deleted(UserId id);
ImportRejection import_email_taken(const Email& email);
/// What commit() says where another import of the content came between.
std::string overtaken();

/// Writes users in batches, one transaction each: `add` or `use_up`, then `commit`. Errors given as
/// a string are for the operator: nothing of the batch was written, unless they say something else.
/// Not thread-safe; every call blocks.
class Importer {
 public:
  Importer() = default;
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;
  /// Rolls back a batch that was not committed.
  virtual ~Importer() = default;
  /// The last call, for what an importer has to leave in order. The error is a warning for the
  /// operator: what was committed stays so.
  virtual tl::expected<void, std::string> close() { return {}; }

  /// Nothing where no batch of a file with this hash (64 hex digits) was ever committed.
  virtual tl::expected<std::optional<ResumePoint>, std::string> resume_point(
      std::string_view sha256) = 0;
  /// What keeps each of these users out of the directory as it is now, in their order. They are not
  /// compared with each other.
  virtual tl::expected<std::vector<std::optional<ImportRejection>>, std::string> rejections_of(
      std::span<const ImportedUser> users) = 0;
  /// The same for ids that use_up() is to get: a user has the id of a deleted one. That an id was
  /// used up before is no error.
  virtual tl::expected<std::vector<std::optional<ImportRejection>>, std::string> rejections_of(
      std::span<const UsedId> ids) = 0;
  /// The largest id ever given, 0 where there was none: a user without an id gets the next one.
  virtual tl::expected<std::int64_t, std::string> last_id() = 0;

  /// What became of one user.
  using Added = tl::expected<UserId, ImportRejection>;
  /// Begins a batch and adds users to it, in their order; a user that is refused does not disturb
  /// the others. An id that is given raises the ids that follow above it.
  virtual tl::expected<std::vector<Added>, std::string> add(std::span<const ImportedUser> users,
                                                            Timestamp now) = 0;
  /// Begins a batch that keeps ids from being given: those of deleted users never again, and users
  /// without an id get larger ones than all of these. Returns what rejections_of() does; such an id
  /// is left as it is.
  virtual tl::expected<std::vector<std::optional<ImportRejection>>, std::string> use_up(
      std::span<const UsedId> ids) = 0;
  /// Ends the batch: what it brought and how far the file was read become durable in one
  /// transaction. `before` is what resume_point() or the commit before this one had. Refused where
  /// that is no longer so: another import of this content came between.
  virtual tl::expected<void, std::string> commit(std::string_view sha256,
                                                 const ResumePoint& reached,
                                                 const std::optional<ResumePoint>& before) = 0;
};

}  // namespace rollcall::db
