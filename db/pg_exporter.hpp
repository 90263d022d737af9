// Exports from PostgreSQL.
#pragma once

#include <chrono>
#include <memory>

#include "db/exporter.hpp"
#include "db/pg_session.hpp"

namespace rollcall::db {

/// Reads pages in one transaction, which sees one snapshot. Also from a read-only standby.
class PgExporter final : public Exporter {
 public:
  /// Refused where the schema is not one that this binary reads.
  static tl::expected<std::unique_ptr<PgExporter>, PgFault> open(
      const PgTarget& target, std::chrono::milliseconds connect_timeout);

  tl::expected<std::optional<User>, std::string> next() override;

 private:
  explicit PgExporter(PgSession session) : session_(std::move(session)) {}

  PgSession session_;
  std::optional<PgResult> page_{};
  int row_ = 0;            // the next one of the page
  std::int64_t last_ = 0;  // the id of the last user
};

}  // namespace rollcall::db
