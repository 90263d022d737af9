// From a row of the table to a user, and back to what is stored of it.
#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "db/importer.hpp"
#include "db/statements.hpp"
#include "db/used_id.hpp"
#include "db/user_keys.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// The version of a user that has just been created.
inline constexpr std::int64_t first_version = 1;

/// The user of a row; or what is wrong with the row, for the log. Only a row that another program
/// wrote can be wrong.
tl::expected<User, std::string> user_of(const UserRow& row);

/// The used-up id, never nullopt; the error says that the id is not positive.
tl::expected<std::optional<UsedId>, std::string> used_id_of(std::int64_t id, bool deleted);

/// The columns of a client's fields. A row points into this object and into `fields`: both must
/// outlive it.
class StoredFields {
 public:
  explicit StoredFields(const UserFields& fields);
  FieldsRow row() const;
  const UserKeys& keys() const { return keys_; }

 private:
  const UserFields* fields_;
  UserKeys keys_;
};

/// The same of a patch, which must not merge: what is stored does not depend on what was.
class StoredPatch {
 public:
  explicit StoredPatch(const UserPatch& patch);
  PatchRow row() const;
  const UserKeys& keys() const { return keys_; }

 private:
  const UserPatch* patch_;
  UserKeys keys_;
};

/// Whether a row, which may be invalid, has what the patch sets already.
bool has_already(const UserRow& row, const UserPatch& patch);

inline std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }

/// What is stored of a new user.
inline RecordRow new_record(Timestamp at) {
  return {first_version, milliseconds_of(at), milliseconds_of(at)};
}
/// The same of a user that is imported: what the line leaves out is as for a new user.
RecordRow record_of(const ImportedUser& user, Timestamp now);

}  // namespace rollcall::db
