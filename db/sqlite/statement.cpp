#include "db/sqlite/statement.hpp"

#include <sqlite3.h>

#include <string>
#include <utility>

namespace rollcall::db {

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

tl::expected<SqliteStatement, SqliteError> SqliteStatement::prepare(
    const SqliteConnection& connection, std::string_view name, std::string_view text,
    std::size_t parameters, std::span<const ColumnShape> columns) {
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v3(connection.handle(), text.data(), static_cast<int>(text.size()),
                         SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  SqliteStatement statement;
  statement.name_ = name;
  statement.statement_.reset(raw);
  const std::string what = "statement " + std::string(name);
  if (code != SQLITE_OK) return tl::unexpected(error_of(connection.handle(), code, what));
  if (const std::string mismatch = statement.mismatch(parameters, columns); !mismatch.empty()) {
    return tl::unexpected(schema_mismatch_error(what + ": " + mismatch));
  }
  return statement;
}

std::string SqliteStatement::mismatch(std::size_t parameters,
                                      std::span<const ColumnShape> columns) const {
  const auto has = [](const char* what, int found, std::size_t expected) {
    return "has " + std::to_string(found) + " " + what + ", " + std::to_string(expected) +
           " are expected";
  };
  const int bound = sqlite3_bind_parameter_count(statement_.get());
  if (std::cmp_not_equal(bound, parameters)) return has("parameters", bound, parameters);
  const int found = sqlite3_column_count(statement_.get());
  if (std::cmp_not_equal(found, columns.size())) return has("columns", found, columns.size());
  int index = 0;
  for (const ColumnShape& column : columns) {
    if (std::string mismatch = mismatch_of_column(index++, column); !mismatch.empty())
      return mismatch;
  }
  return {};
}

std::string SqliteStatement::mismatch_of_column(int index, const ColumnShape& column) const {
  sqlite3_stmt* statement = statement_.get();
  const std::string what = "column " + std::string(column.name);
  const char* name = sqlite3_column_name(statement, index);
  if (name == nullptr || column.name != name) {
    return what + ": the database calls it " + (name != nullptr ? name : "nothing");
  }
  // What is computed, not read from a table, has no declaration to compare.
  const char* table = sqlite3_column_table_name(statement, index);
  const char* origin = sqlite3_column_origin_name(statement, index);
  if (table == nullptr || origin == nullptr) return {};
  const char* declared = nullptr;
  int not_null = 0;
  const int code = sqlite3_table_column_metadata(
      sqlite3_db_handle(statement), sqlite3_column_database_name(statement, index), table, origin,
      &declared, nullptr, &not_null, nullptr, nullptr);
  if (code != SQLITE_OK) return what + ": " + sqlite3_errstr(code);
  // SQLite's own tables declare no types.
  if (std::string_view(table) == "sqlite_sequence") return {};
  const std::string_view expected = column.type == ValueType::integer ? "INTEGER" : "TEXT";
  if (declared == nullptr || sqlite3_stricmp(declared, expected.data()) != 0) {
    return what + ": is declared " + (declared != nullptr ? declared : "without a type") + ", " +
           std::string(expected) + " is expected";
  }
  if (not_null == 0 && !column.nullable) return what + ": may be NULL, which is not expected";
  return {};
}

void SqliteStatement::bind(int parameter, std::int64_t value) {
  if (bind_code_ != SQLITE_OK) return;
  bind_code_ = sqlite3_bind_int64(statement_.get(), parameter, value);
}

void SqliteStatement::bind(int parameter, std::string_view value) {
  if (bind_code_ != SQLITE_OK) return;
  // A null pointer would bind NULL.
  const char* data = value.data() != nullptr ? value.data() : "";
  bind_code_ = sqlite3_bind_text64(statement_.get(), parameter, data, value.size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
}

tl::expected<bool, SqliteError> SqliteStatement::step() {
  const int code = bind_code_ != SQLITE_OK ? bind_code_ : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected(
      error_of(sqlite3_db_handle(statement_.get()), code, "statement " + std::string(name_)));
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());  // repeats the code of the last step, which was looked at there
  sqlite3_clear_bindings(statement_.get());
  bind_code_ = SQLITE_OK;
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void SqliteStatement::read(int column, std::int64_t& into) const {
  into = sqlite3_column_int64(statement_.get(), column);
}

void SqliteStatement::read(int column, std::string_view& into) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  into = text != nullptr ? std::string_view(text, size) : std::string_view();
}

}  // namespace rollcall::db
