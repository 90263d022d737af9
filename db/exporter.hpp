// Reads the whole directory, in constant memory, also beside running daemons.
#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "db/used_id.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// Reads every user, ascending by id, and then the ids that are used up, in one snapshot: that of
/// the first read. Not thread-safe; every call blocks.
class Exporter {
 public:
  Exporter() = default;
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  virtual ~Exporter() = default;

  /// The next user; nothing after the last one. The error is for the operator.
  virtual tl::expected<std::optional<User>, std::string> next() = 0;
  /// Once next() has brought nothing: the next id of a deleted user, ascending; then the largest id
  /// ever given, where it is above all of users and deleted users; then nothing.
  virtual tl::expected<std::optional<UsedId>, std::string> next_used_id() = 0;
};

}  // namespace rollcall::db
