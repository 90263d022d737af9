// Compares a statement as PostgreSQL describes it with its declaration in C++: parameters, columns,
// their names, types and NOT NULL.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "db/postgres/client/result.hpp"
#include "db/statement.hpp"

namespace rollcall::db {

/// Which columns of our tables are NOT NULL, as the database's catalog says it.
class PgCatalog {
 public:
  /// A query for the catalog's rows, as a script.
  static const std::string& query();
  explicit PgCatalog(const PgResult& rows);

  /// Nothing where the table is not one of ours.
  std::optional<bool> not_null(unsigned table, int column) const;

 private:
  std::map<std::pair<unsigned, int>, bool> columns_;
};

/// The first difference, named by column or parameter; nothing where all fits. `described` is the
/// second result of PgConnection::send_prepare. A computed column, which comes from no table,
/// counts as nullable.
std::optional<std::string> schema_mismatch_of(const StatementShape& statement,
                                              const PgResult& described, const PgCatalog& catalog);

}  // namespace rollcall::db
