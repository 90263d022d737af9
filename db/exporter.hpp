// Reads the whole directory, in constant memory, also beside running daemons.
#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "db/used_id.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// Reads every user, ascending by id, and then the used-up ids. Users and ids of deleted users are
/// of one snapshot, taken by the first read; on PostgreSQL the largest id ever given may be newer,
/// since a sequence is in no snapshot. Not thread-safe; every call blocks.
class Exporter {
 public:
  Exporter() = default;
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  virtual ~Exporter() = default;

  /// The next user; nothing after the last one. The error is for the operator.
  virtual tl::expected<std::optional<User>, std::string> next() = 0;
  /// To be called once next() has returned nothing. Returns the ids of deleted users, ascending;
  /// then the largest id ever given, where it is above all that were returned; then nothing.
  virtual tl::expected<std::optional<UsedId>, std::string> next_used_id() = 0;
};

}  // namespace rollcall::db
