// Brings many users into the directory at once, while no daemon runs on it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "domain/user.hpp"

namespace rollcall::db {

/// A user as a line of an imported file gives it. What is left out is given by the importer: the
/// next id, version 1, now.
struct ImportedUser {
  std::optional<UserId> id;
  UserName name;
  std::optional<Email> email;
  std::optional<Timestamp> created_at{};
  std::optional<Timestamp> updated_at{};
  std::optional<std::int64_t> version{};  // at least 1
};

/// How far an earlier import of the same file came.
struct ResumePoint {
  std::int64_t last_line;  // 1-based; lines up to here are in the directory or were reported
  bool finished;
};

/// Why a user was not added.
struct ImportFault {
  enum class Kind {
    email_taken,  // this user was skipped, the batch goes on
    id_taken,     // this user was skipped, the batch goes on
    storage       // the batch is rolled back; begin() may be tried again, for instance with space
  };
  Kind kind;
  std::string detail;  // for the operator
};

/// Writes users in batches, one transaction each. Not thread-safe; every call blocks. Errors given
/// as a string are for the operator: the database can't be used.
class Importer {
 public:
  /// Takes the lock and applies missing migrations, as a daemon does: refused beside a daemon.
  static tl::expected<Importer, std::string> open(const std::filesystem::path& path);
  Importer(Importer&&) noexcept;
  Importer& operator=(Importer&&) noexcept;
  /// Rolls back a batch that was not committed.
  ~Importer();

  /// Nothing where no batch of a file with this hash (64 hex digits) was ever committed.
  tl::expected<std::optional<ResumePoint>, std::string> resume_point(std::string_view sha256);
  /// Whether a user in the directory has this e-mail, ignoring ASCII case.
  tl::expected<bool, std::string> email_taken(const Email& email);
  tl::expected<bool, std::string> id_taken(UserId id);
  /// The largest id ever given, 0 where there was none: a user without an id gets the next one.
  tl::expected<std::int64_t, std::string> last_id();

  /// Starts a batch. There must be none under way.
  tl::expected<void, std::string> begin();
  /// Adds a user to the batch under way and brings its id. An id that is given raises the ids that
  /// follow above it. An id that a deleted user had counts as free.
  tl::expected<UserId, ImportFault> add(const ImportedUser& user, Timestamp now);
  /// Ends the batch: its users and how far the file was read become durable in one transaction.
  /// On an error the batch is rolled back.
  tl::expected<void, std::string> commit(std::string_view sha256, std::int64_t last_line,
                                         bool finished);

 private:
  struct State;
  explicit Importer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rollcall::db
