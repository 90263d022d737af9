// A declared statement, prepared on a connection to SQLite.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <tl/expected.hpp>

#include "db/sqlite/connection.hpp"
#include "db/statement.hpp"

struct sqlite3_stmt;

namespace rollcall::db {

/// A prepared statement without its types; `Prepared` below has them.
class SqliteStatement {
 public:
  SqliteStatement() = default;

  /// Prepares the text and compares it with what C++ expects of it: parameters, columns, their
  /// names, declared types and NOT NULL. The error names the statement and the column.
  static tl::expected<SqliteStatement, SqliteError> prepare(const SqliteConnection& connection,
                                                            std::string_view name,
                                                            std::string_view text,
                                                            std::size_t parameters,
                                                            std::span<const ColumnShape> columns);

  // Text is not copied: it must live until the statement is reset. Parameters count from 1.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view value);
  template <class T>
  void bind(int parameter, const std::optional<T>& value) {
    if (value) bind(parameter, *value);  // else NULL, which reset() left
  }

  /// Whether there is a row. After false or an error the statement is at its end.
  tl::expected<bool, SqliteError> step();
  /// Ends the statement and clears its parameters: it holds no snapshot and no lock any more.
  void reset();

  // Columns count from 0. Text is valid until the next step or reset.
  void read(int column, std::int64_t& into) const;
  void read(int column, std::string_view& into) const;
  template <class T>
  void read(int column, std::optional<T>& into) const {
    if (is_null(column)) {
      into.reset();
    } else {
      read(column, into.emplace());
    }
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  bool is_null(int column) const;
  std::string mismatch(std::size_t parameters, std::span<const ColumnShape> columns) const;
  std::string mismatch_of_column(int index, const ColumnShape& column) const;

  std::string_view name_;  // of a declared constant
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_code_ = 0;
};

/// The rows of one run of a statement, which is reset when the cursor ends. One at a time.
template <class Row>
class Cursor {
 public:
  explicit Cursor(SqliteStatement& statement) : statement_(&statement) {}
  Cursor(Cursor&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor() {
    if (statement_ != nullptr) statement_->reset();
  }

  /// Goes to the next row; false after the last one.
  tl::expected<bool, SqliteError> next() { return statement_->step(); }

  /// The row that next() went to. Its texts are valid until the next call of next().
  Row row() const {
    Row row;
    std::apply(
        [&](const auto&... column) {
          int index = 0;
          (statement_->read(index++, row.*(column.member)), ...);
        },
        columns_of<Row>);
    return row;
  }

 private:
  SqliteStatement* statement_;
};

template <const auto& declared, class Type = std::remove_cvref_t<decltype(declared)>>
class Prepared;

/// The declared statement `declared` on one connection, for instance `Prepared<sql::find_user>`.
template <const auto& declared, class Row, class... Params>
class Prepared<declared, Statement<Row, Params...>> {
 public:
  using Rows = Cursor<Row>;

  /// Must succeed before anything else is called.
  tl::expected<void, SqliteError> prepare(const SqliteConnection& connection) {
    static constexpr auto columns = shape_of<Row>();
    auto prepared = SqliteStatement::prepare(connection, declared.name, declared.text,
                                             sizeof...(Params), columns);
    if (!prepared) return tl::unexpected(std::move(prepared.error()));
    statement_ = std::move(*prepared);
    return {};
  }

  /// Starts the statement; texts among the parameters must outlive the cursor.
  Cursor<Row> run(const Params&... parameters) {
    int index = 0;
    (statement_.bind(++index, parameters), ...);
    return Cursor<Row>(statement_);
  }

  /// Runs the statement to its end.
  tl::expected<void, SqliteError> execute(const Params&... parameters) {
    auto cursor = run(parameters...);
    while (true) {
      const auto more = cursor.next();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
    }
  }

 private:
  SqliteStatement statement_;
};

/// Prepares each statement in turn, up to the first error.
template <class... T>
tl::expected<void, SqliteError> prepare_all(const SqliteConnection& connection, T&... statements) {
  tl::expected<void, SqliteError> result;
  (void)((result = statements.prepare(connection), result.has_value()) && ...);
  return result;
}

}  // namespace rollcall::db
