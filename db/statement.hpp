// A SQL statement as a typed constant: name, text, types of parameters and rows. For any engine.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "db/sql_scan.hpp"

namespace rollcall::db {

/// What a parameter or a column can be: std::int64_t or std::string_view, or an optional of these.
/// A parameter for PostgreSQL can be a list of integers or of texts too. Times are integers:
/// milliseconds since 1970, UTC.
enum class ValueType { integer, text, integers, texts };
using Integers = std::span<const std::int64_t>;
using Texts = std::span<const std::optional<std::string_view>>;

template <class T>
struct ValueTraits;
template <>
struct ValueTraits<std::int64_t> {
  static constexpr ValueType type = ValueType::integer;
  static constexpr bool nullable = false;
};
template <>
struct ValueTraits<std::string_view> {
  static constexpr ValueType type = ValueType::text;
  static constexpr bool nullable = false;
};
template <>
struct ValueTraits<Integers> {
  static constexpr ValueType type = ValueType::integers;
  static constexpr bool nullable = false;
};
template <>
struct ValueTraits<Texts> {
  static constexpr ValueType type = ValueType::texts;
  static constexpr bool nullable = false;
};
template <class T>
struct ValueTraits<std::optional<T>> {
  static constexpr ValueType type = ValueTraits<T>::type;
  static constexpr bool nullable = true;
};

/// A column of a row: its name in the database and the member that takes it.
template <class Row, class T>
struct Column {
  std::string_view name;
  T Row::*member;
};

template <class Row, class T>
Column(std::string_view, T Row::*) -> Column<Row, T>;

/// The columns of a row type, in order; specialised beside each row type as a tuple of `Column`.
template <class Row>
inline constexpr std::tuple<> columns_of{};

/// A column without its C++ type, for comparing with what a database says.
struct ColumnShape {
  std::string_view name;
  ValueType type;
  bool nullable;
};

template <class Row>
constexpr auto shape_of() {
  return std::apply(
      []<class... T>(const Column<Row, T>&... column) {
        return std::array<ColumnShape, sizeof...(T)>{
            ColumnShape{column.name, ValueTraits<T>::type, ValueTraits<T>::nullable}...};
      },
      columns_of<Row>);
}

/// The row of a statement that returns none.
struct NoRow {};

/// Whether a statement may scan a whole table or index. The build (sqlcheck) fails for a statement
/// that does so without Scan::meant.
enum class Scan { never, meant };

/// A statement with parameters $1..$n of the types `Params`. A text with a defect (see SqlDefect)
/// does not compile: the constructor runs in the compiler, and a throw is no constant expression.
template <class Row, class... Params>
struct Statement {
  using row_type = Row;
  std::string_view name;
  std::string_view text;
  Scan scan;

  consteval Statement(std::string_view statement_name, std::string_view sql,
                      Scan may_scan = Scan::never)
      : name(statement_name), text(sql), scan(may_scan) {
    static_assert((sizeof(ValueTraits<Params>) + ... + 1) > 0);
    if (statement_name.empty()) throw "a statement has a name";
    const SqlDefect defect = defect_of(sql, sizeof...(Params));
    if (defect == SqlDefect::empty) throw "the statement is empty";
    if (defect == SqlDefect::unterminated) throw "a quote is not closed";
    if (defect == SqlDefect::comment) throw "no comments in SQL";
    if (defect == SqlDefect::several_statements) throw "one statement, without semicolon";
    if (defect == SqlDefect::star) throw "name the columns";
    if (defect == SqlDefect::bad_placeholder) throw "placeholders are $1, $2, ... in order";
    if (defect == SqlDefect::wrong_parameters) throw "as many placeholders as parameters";
  }
};

/// A statement without its C++ types, for whoever prepares it or checks it.
struct StatementShape {
  std::string_view name;
  std::string_view text;
  std::span<const ValueType> parameters;
  std::span<const ColumnShape> columns;
  Scan scan;
};

template <const auto& declared, class Type = std::remove_cvref_t<decltype(declared)>>
struct ShapeOf;
template <const auto& declared, class Row, class... Params>
struct ShapeOf<declared, Statement<Row, Params...>> {
  static constexpr std::array<ValueType, sizeof...(Params)> parameters{
      ValueTraits<Params>::type...};
  static constexpr auto columns = shape_of<Row>();
  static constexpr StatementShape shape{declared.name, declared.text, parameters, columns,
                                        declared.scan};
};
/// The shape of a declared statement, for instance `shape<sql::find_user>`.
template <const auto& declared>
inline constexpr const StatementShape& shape = ShapeOf<declared>::shape;

/// Both arrays, one after the other.
template <std::size_t n, std::size_t m>
constexpr std::array<StatementShape, n + m> joined(const std::array<StatementShape, n>& some,
                                                   const std::array<StatementShape, m>& others) {
  std::array<StatementShape, n + m> all{};
  std::copy(some.begin(), some.end(), all.begin());
  std::copy(others.begin(), others.end(), all.begin() + n);
  return all;
}

}  // namespace rollcall::db
