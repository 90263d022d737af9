// Gives stale keys of a PostgreSQL database their new value, script by script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "db/key_renewal.hpp"
#include "db/postgres/client/result.hpp"

namespace rollcall::db {

/// Begins a transaction that waits for those of other nodes that migrate, and for any lock.
inline constexpr std::string_view begin_migrating =
    "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; "
    "SELECT pg_advisory_xact_lock(7311482911065104); ";

/// Each script is a transaction: it renews keys of at most `renewed_at_once` users, and reads those
/// that follow. A key that another user has stays as it is. Others may write meanwhile: what they
/// change is left to them, and a transaction that conflicts with theirs is repeated.
class PgKeyRenewal {
 public:
  /// The next script, once all results of the one before were taken; nothing at the end.
  std::optional<std::string> next();
  /// Takes a result of the script. The error says what failed, of the kind `schema` where the
  /// connection remains; what was renewed before stays renewed.
  tl::expected<void, PgError> take(const PgResult& result);

  const KeyRenewal& total() const { return total_; }

 private:
  /// Users that were read, up to the one with the id `last`.
  struct Page {
    std::vector<StaleKey> stale{};
    std::int64_t last = 0;
    std::int64_t users = 0;
  };

  std::string script() const;

  std::int64_t before_ = 0;   // the id before the first user of the page
  Page page_{};               // what the script renews; at first, nobody
  Page following_{};          // what the script has read
  std::int64_t updated_ = 0;  // rows, by the script
  bool sent_ = false;
  bool failed_ = false;  // the script conflicted with another transaction
  int conflicts_ = 0;    // in a row
  KeyRenewal total_;
};

}  // namespace rollcall::db
