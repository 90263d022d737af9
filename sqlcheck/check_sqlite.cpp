#include <sqlite3.h>

#include <memory>

#include "db/sqlite/schema.hpp"
#include "db/sqlite/statement.hpp"
#include "sqlcheck/check.hpp"

namespace rollcall::sqlcheck {

namespace {

using Handle = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

// The line of EXPLAIN QUERY PLAN for the scan of a whole table; empty where there is none
// (sqlite.org/eqp.html).
std::string scan_in(sqlite3* connection, const db::StatementShape& statement) {
  const std::string sql = "EXPLAIN QUERY PLAN " + std::string(statement.text);
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) return {};
  const Handle plan(raw, &sqlite3_finalize);
  constexpr int detail_column = 3;
  while (sqlite3_step(plan.get()) == SQLITE_ROW) {
    const auto* detail =
        reinterpret_cast<const char*>(sqlite3_column_text(plan.get(), detail_column));
    std::string line = detail != nullptr ? detail : "";
    if (line.starts_with("SCAN ") && line != "SCAN CONSTANT ROW") return line;
  }
  return {};
}

}  // namespace

Errors check_on_sqlite(std::span<const db::StatementShape> statements,
                       std::span<const db::Migration> migrations) {
  auto connection =
      db::SqliteConnection::open("", db::OpenMode::scratch, std::chrono::milliseconds{0});
  if (!connection) return {"SQLite: " + connection.error().explained()};
  if (const auto migrated = db::migrate(*connection, migrations, {}); !migrated) {
    return {"SQLite: " + migrated.error()};
  }
  Errors errors;
  for (const db::StatementShape& statement : statements) {
    const auto prepared =
        db::SqliteStatement::prepare(*connection, statement.name, statement.text,
                                     statement.parameters.size(), statement.columns);
    if (!prepared) {
      errors.push_back("SQLite: " + prepared.error().explained());
    } else if (const auto scan = scan_in(connection->handle(), statement);
               !scan.empty() && statement.scan == db::Scan::never) {
      errors.push_back("SQLite: statement " + std::string(statement.name) +
                       " reads a whole table, and is not marked as meant to: " + scan);
    }
  }
  return errors;
}

}  // namespace rollcall::sqlcheck
