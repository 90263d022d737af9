// Exports from PostgreSQL.
#pragma once

#include <chrono>
#include <memory>

#include "db/exporter.hpp"
#include "db/postgres/session.hpp"

namespace rollcall::db {

/// Reads pages in one transaction, which sees one snapshot. Also from a read-only standby.
class PgExporter final : public Exporter {
 public:
  /// Refused where the schema is not one that this binary reads.
  static tl::expected<std::unique_ptr<PgExporter>, PgError> open(
      const PgTarget& target, std::chrono::milliseconds connect_timeout);

  tl::expected<std::optional<User>, std::string> next() override;
  tl::expected<std::optional<UsedId>, std::string> next_used_id() override;

 private:
  /// A position in rows that are read page by page.
  struct PageCursor {
    std::optional<PgResult> page{};
    int row = 0;            // the next one of the page
    std::int64_t last = 0;  // the id of the row before
  };

  explicit PgExporter(PgSession session) : session_(std::move(session)) {}

  /// False after the last row.
  template <const auto& Statement>
  tl::expected<bool, std::string> has_row(PageCursor& cursor);

  PgSession session_;
  PageCursor users_{};
  PageCursor deleted_{};
  bool told_last_ = false;  // whether next_used_id() has looked at the largest id
};

}  // namespace rollcall::db
