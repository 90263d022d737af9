#include "sqlcheck/check.hpp"

#include "db/postgres/statements.hpp"
#include "db/statements.hpp"

namespace rollcall::sqlcheck {

namespace {

void append(std::string& text, std::string_view engine,
            std::span<const db::StatementShape> statements) {
  for (const db::StatementShape& statement : statements) {
    text.append(engine).append(" ").append(statement.name).append(": ").append(statement.text);
    for (const auto type : statement.parameters) {
      text.append(" p").append(std::to_string(static_cast<int>(type)));
    }
    for (const auto& column : statement.columns) {
      text.append(" ").append(column.name).append(std::to_string(static_cast<int>(column.type)));
      text.append(column.nullable ? "?" : "");
    }
    text.append(statement.scan == db::Scan::meant ? " scans" : "").append("\n");
  }
}

}  // namespace

std::string everything_checked() {
  std::string text;
  append(text, "sqlite", db::sql::sqlite::all);
  append(text, "postgres", db::sql::postgres::all);
  for (const db::Migration& migration : db::migrations()) {
    text.append(migration.sqlite).append(migration.postgres);
  }
  return text;
}

}  // namespace rollcall::sqlcheck
