// Passes many rows as one array for each column, so that a batch of users is one statement.
#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

#include "db/sql_text.hpp"
#include "db/user_columns.hpp"

namespace rollcall::db {

/// The type of the parameter that has the values of a column, one for each row.
template <class T>
using ListOf = std::conditional_t<ValueTraits<T>::type == ValueType::integer, Integers, Texts>;
template <class... T>
Types<ListOf<T>...> lists_of(Types<T...>);
template <class Row>
using ColumnListTypes = decltype(lists_of(ColumnTypes<Row>{}));

/// "$2::text[], $3::bigint[], ..."
template <class Row>
constexpr SqlText column_lists(std::size_t first) {
  return list_of_columns<Row>(
      [first]<class T>(SqlText& text, const Column<Row, T>&, std::size_t index) {
        (text += "$") += first + index;
        text += ValueTraits<T>::type == ValueType::integer ? "::bigint[]" : "::text[]";
      });
}

/// The values of many rows, column by column. Texts are not copied: they must outlive it.
template <class Row, class Columns = ColumnTypes<Row>>
class ColumnLists;
template <class Row, class... T>
class ColumnLists<Row, Types<T...>> {
 public:
  void add(const Row& row) {
    with_values(row, [this](const auto&... value) {
      std::apply([&](auto&... list) { (list.emplace_back(value), ...); }, lists_);
    });
  }
  /// Calls `use` with the lists, in the order of the columns.
  template <class Use>
  decltype(auto) with_lists(Use use) const {
    return std::apply(use, lists_);
  }

 private:
  template <class Value>
  using Listed = std::conditional_t<ValueTraits<Value>::type == ValueType::integer, std::int64_t,
                                    OptionalText>;

  std::tuple<std::vector<Listed<T>>...> lists_{};
};

}  // namespace rollcall::db
