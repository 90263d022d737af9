// SQL texts that the compiler puts together from a table of columns.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "db/statement.hpp"

namespace rollcall::db {

/// A text of at most `most` bytes, NUL-terminated. To be a constexpr constant at namespace scope:
/// the statement keeps a view of it.
class SqlText {
 public:
  static constexpr std::size_t most = 4'000;

  constexpr SqlText& operator+=(std::string_view more) {
    for (const char c : more) {
      if (size_ == most) throw "a text is too long";
      text_[size_++] = c;
    }
    return *this;
  }
  constexpr SqlText& operator+=(std::size_t number) {
    if (number >= 10) *this += number / 10;
    const char digit = static_cast<char>('0' + number % 10);
    return *this += std::string_view(&digit, 1);
  }
  constexpr SqlText& operator+=(const SqlText& more) { return *this += more.view(); }
  constexpr std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, most + 1> text_{};
  std::size_t size_ = 0;
};

/// The parts, texts and numbers, concatenated.
template <class... Parts>
constexpr SqlText sql_text(const Parts&... parts) {
  SqlText text;
  ((text += parts), ...);
  return text;
}

/// `each(text, column, index)` for each column of the row, with commas between.
template <class Row, class Each>
constexpr SqlText list_of_columns(Each each, std::string_view between = ", ") {
  SqlText text;
  std::size_t index = 0;
  std::apply(
      [&](const auto&... column) {
        (((index > 0 ? void(text += between) : void()), each(text, column, index++)), ...);
      },
      columns_of<Row>);
  return text;
}

/// "id, name, ..."
template <class Row>
constexpr SqlText columns() {
  return list_of_columns<Row>(
      [](SqlText& text, const auto& column, std::size_t) { text += column.name; });
}

/// "$3, $4, ...": as many as the row has columns, from `first` on.
template <class Row>
constexpr SqlText placeholders(std::size_t first) {
  return list_of_columns<Row>(
      [first](SqlText& text, const auto&, std::size_t index) { (text += "$") += first + index; });
}

/// The column of the text from which a key is computed, which stands before that of the key; empty
/// for other columns. A write that does not change the text leaves the key, which an older version
/// may have computed.
constexpr std::string_view text_of_key(std::string_view column) {
  constexpr std::string_view suffix = "_key";
  if (!column.ends_with(suffix)) return {};
  column.remove_suffix(suffix.size());
  return column;
}

/// "name = $3, email = $4, email_key = CASE WHEN email IS NOT DISTINCT FROM $4 THEN email_key ELSE
/// $5 END, ...": a key, which follows its text, is assigned where the text changes.
template <class Row>
constexpr SqlText assignments(std::size_t first) {
  return list_of_columns<Row>([first](SqlText& text, const auto& column, std::size_t index) {
    (text += column.name) += " = ";
    const std::string_view source = text_of_key(column.name);
    if (!source.empty()) {
      ((text += "CASE WHEN ") += source) += " IS NOT DISTINCT FROM $";
      (((text += first + index - 1) += " THEN ") += column.name) += " ELSE ";
    }
    (text += "$") += first + index;
    if (!source.empty()) text += " END";
  });
}

/// "SELECT email_key, ... FROM users WHERE ... UNION ALL SELECT ...": the users that a condition on
/// one of the columns selects, for each column of the row. `condition(text, column name, index)`.
template <class Row, class Condition>
constexpr SqlText each_selected(Condition condition) {
  return list_of_columns<Row>(
      [&](SqlText& text, const auto& column, std::size_t index) {
        ((text += "SELECT ") += columns<Row>()) += " FROM users WHERE ";
        condition(text, column.name, index);
      },
      " UNION ALL ");
}

template <class Row>
inline constexpr std::size_t column_count = std::tuple_size_v<decltype(columns_of<Row>)>;

/// A list of parameter types.
template <class... T>
struct Types {};

/// The types of a row's columns, as parameters.
template <class Row>
inline constexpr auto column_types =
    std::apply([]<class... T>(const Column<Row, T>&...) { return Types<T...>{}; }, columns_of<Row>);

/// The statement that returns `Row` and has the parameters of all lists, concatenated.
template <class Row, class... Lists>
struct JoinTypes;
template <class Row, class... T>
struct JoinTypes<Row, Types<T...>> {
  using type = Statement<Row, T...>;
};
template <class Row, class... T, class... U, class... Rest>
struct JoinTypes<Row, Types<T...>, Types<U...>, Rest...> {
  using type = typename JoinTypes<Row, Types<T..., U...>, Rest...>::type;
};
template <class Row, class... Lists>
using StatementWith = typename JoinTypes<Row, Types<>, Lists...>::type;
template <class Row>
using ColumnTypes = std::remove_cvref_t<decltype(column_types<Row>)>;

/// Calls `use` with the values of the row's columns, in their order.
template <class Row, class Use>
decltype(auto) with_values(const Row& row, Use use) {
  return std::apply(
      [&](const auto&... column) -> decltype(auto) { return use(row.*(column.member)...); },
      columns_of<Row>);
}

}  // namespace rollcall::db
