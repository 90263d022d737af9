// Reads the keys of a PostgreSQL database.
#pragma once

#include <chrono>
#include <memory>

#include "db/key_check.hpp"
#include "db/postgres/session.hpp"

namespace rollcall::db {

/// Reads in one transaction, which sees one snapshot. Also from a read-only standby.
class PgKeyReader final : public KeyReader {
 public:
  /// Refused where the schema is not one that this binary reads.
  static tl::expected<std::unique_ptr<KeyReader>, PgError> open(
      const PgTarget& target, std::chrono::milliseconds connect_timeout);

  tl::expected<Page, std::string> stale_after(std::int64_t last) override;
  tl::expected<std::optional<std::int64_t>, std::string> holder(const UserKey& key) override;

 private:
  explicit PgKeyReader(PgSession session) : session_(std::move(session)) {}

  PgSession session_;
};

}  // namespace rollcall::db
