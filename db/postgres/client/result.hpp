// What PostgreSQL answered to one statement.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "db/postgres/client/error.hpp"
#include "db/statement.hpp"

namespace rollcall::db {

/// Owns the rows; texts of rows are valid as long as it lives. Results of prepared statements are
/// binary, those of scripts are text.
class PgResult {
 public:
  /// `warnings`: those that the server sent since the result before.
  explicit PgResult(pg_result* result, std::vector<PgWarning> warnings = {})
      : result_(result), warnings_(std::move(warnings)) {}

  /// The end of a segment of the pipeline: all that was sent before it has been answered.
  bool is_sync() const;
  /// Skipped, because something before it in its segment failed.
  bool is_skipped() const;
  /// Whether the statement did what was asked.
  bool is_good() const;
  PgError error(const std::string& asked) const { return result_error(result_.get(), asked); }

  /// "COMMIT", "INSERT 0 1", ...
  std::string_view command() const;
  /// The warnings that the server sent with this result; the first few.
  const std::vector<PgWarning>& warnings() const { return warnings_; }
  int rows() const;
  /// The row with this index, from 0; its type is that of the statement.
  template <class Row>
  Row row(int index) const {
    Row row;
    std::apply(
        [&](const auto&... column) {
          int number = 0;
          (read(index, number++, row.*(column.member)), ...);
        },
        columns_of<Row>);
    return row;
  }
  /// A value of a script's result; empty where it is null.
  std::string_view text(int row, int column) const;
  /// The same of a column of integers; 0 where it is null.
  std::int64_t number(int row, int column) const;

  pg_result* handle() const { return result_.get(); }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };

  bool is_null(int row, int column) const;
  void read(int row, int column, std::int64_t& into) const;
  void read(int row, int column, std::string_view& into) const;
  template <class T>
  void read(int row, int column, std::optional<T>& into) const {
    if (is_null(row, column)) {
      into.reset();
    } else {
      read(row, column, into.emplace());
    }
  }

  std::unique_ptr<pg_result, Clear> result_;
  std::vector<PgWarning> warnings_;
};

}  // namespace rollcall::db
