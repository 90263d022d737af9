// From a row of the table to a user, and back to what is stored of it.
#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "db/statements.hpp"
#include "db/used_id.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// The user of a row; or what is wrong with the row, for the log. Only a row that another program
/// wrote can be wrong.
tl::expected<User, std::string> user_of(const UserRow& row);

/// An id that is used up, or what is wrong with it, as above.
tl::expected<std::optional<UsedId>, std::string> used_id_of(std::int64_t id, bool deleted);

/// The e-mail's columns. Holds the texts that the statement's parameters point into.
class EmailColumns {
 public:
  explicit EmailColumns(const std::optional<Email>& email);
  OptionalText address() const;
  OptionalText key() const;

 private:
  std::optional<std::string> address_;
  std::optional<std::string> key_;
};

inline std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }

}  // namespace rollcall::db
