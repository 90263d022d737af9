#include "db/postgres/schema_mismatch.hpp"

#include <libpq-fe.h>

#include "db/postgres/client/parameters.hpp"

namespace rollcall::db {

namespace {

std::string count(const char* what, int found, std::size_t expected) {
  return "has " + std::to_string(found) + " " + what + ", " + std::to_string(expected) +
         " are expected";
}

// Names for the message; any other type is told by its number in pg_type.
std::string type_text(Oid type) {
  for (const auto known :
       {ValueType::integer, ValueType::text, ValueType::integers, ValueType::texts}) {
    if (oid_of(known) == type) return std::string(type_name(known));
  }
  return "type " + std::to_string(type);
}

std::optional<std::string> type_mismatch(const std::string& what, Oid found, ValueType expected) {
  if (found == oid_of(expected)) return std::nullopt;
  return what + ": is of " + type_text(found) + ", " + std::string(type_name(expected)) +
         " is expected";
}

}  // namespace

const std::string& PgCatalog::query() {
  static const std::string sql =
      "SELECT attrelid, attnum, attnotnull FROM pg_attribute WHERE attnum > 0 AND attrelid IN "
      "(to_regclass('users'), to_regclass('imports'), to_regclass('deleted_users'), "
      "to_regclass('changes'), to_regclass('kept_answers'), to_regclass('schema_migrations'))";
  return sql;
}

PgCatalog::PgCatalog(const PgResult& rows) {
  for (int i = 0; i < rows.rows(); ++i) {
    const auto table = static_cast<unsigned>(rows.number(i, 0));
    columns_[{table, static_cast<int>(rows.number(i, 1))}] = rows.text(i, 2) == "t";
  }
}

std::optional<bool> PgCatalog::not_null(unsigned table, int column) const {
  const auto found = columns_.find({table, column});
  if (found == columns_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> schema_mismatch_of(const StatementShape& statement,
                                              const PgResult& described, const PgCatalog& catalog) {
  const PGresult* result = described.handle();
  const int parameters = PQnparams(result);
  if (std::cmp_not_equal(parameters, statement.parameters.size())) {
    return count("parameters", parameters, statement.parameters.size());
  }
  for (int i = 0; i < parameters; ++i) {
    if (auto mismatch = type_mismatch("parameter $" + std::to_string(i + 1), PQparamtype(result, i),
                                      statement.parameters[static_cast<std::size_t>(i)])) {
      return mismatch;
    }
  }
  const int columns = PQnfields(result);
  if (std::cmp_not_equal(columns, statement.columns.size())) {
    return count("columns", columns, statement.columns.size());
  }
  for (int i = 0; i < columns; ++i) {
    const ColumnShape& column = statement.columns[static_cast<std::size_t>(i)];
    const std::string what = "column " + std::string(column.name);
    if (column.name != PQfname(result, i)) {
      return what + ": the database calls it " + PQfname(result, i);
    }
    if (auto mismatch = type_mismatch(what, PQftype(result, i), column.type)) return mismatch;
    const bool not_null =
        catalog.not_null(PQftable(result, i), PQftablecol(result, i)).value_or(false);
    if (!not_null && !column.nullable) return what + ": may be NULL, which is not expected";
  }
  return std::nullopt;
}

}  // namespace rollcall::db
