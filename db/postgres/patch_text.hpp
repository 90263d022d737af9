// The parts of change_user that depend on the columns of a patch. $1 has a bit for each column, the
// parameters from $2 on are their values.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>

#include "db/sql_text.hpp"
#include "db/user_columns.hpp"

namespace rollcall::db::sql::postgres {

/// "name = CASE WHEN $1 & bigint '1' <> 0 THEN $2 ELSE name END, ...": $1 has a bit for each
/// column.
constexpr SqlText patched_columns() {
  return list_of_columns<PatchRow>([](SqlText& text, const auto& column, std::size_t index) {
    ((text += column.name) += " = CASE WHEN $1 & bigint '") += std::size_t{1} << index;
    (((text += "' <> 0 THEN $") += index + 2) += " ELSE ") += column.name;
    text += " END";
  });
}

/// "$1 & bigint '1' <> 0 AND name COLLATE "C" IS DISTINCT FROM $2, ...": whether the patch changes
/// each column. Byte for byte: a collation of another program may take different texts for equal.
constexpr SqlText patch_differences() {
  return list_of_columns<PatchRow>(
      []<class T>(SqlText& text, const Column<PatchRow, T>& column, std::size_t index) {
        ((text += "$1 & bigint '") += std::size_t{1} << index) += "' <> 0 AND ";
        text += column.name;
        if (ValueTraits<T>::type == ValueType::text) text += " COLLATE \"C\"";
        (text += " IS DISTINCT FROM $") += index + 2;
      });
}

/// " AND NOT EXISTS (SELECT other.id FROM users AS other WHERE other.email_key = $4 AND other.id <>
/// $11)" for each unique column: whether no other user has the value that the patch gives it.
template <class... T>
constexpr SqlText not_taken(std::size_t id, const Column<KeysRow, T>&... keys) {
  SqlText text;
  const auto add = [&](std::string_view key) {
    std::size_t parameter = 2;
    std::apply(
        [&](const auto&... column) {
          std::size_t index = 2;
          ((parameter = column.name == key ? index : parameter, ++index), ...);
        },
        columns_of<PatchRow>);
    (text += " AND NOT EXISTS (SELECT other.id FROM users AS other WHERE other.") += key;
    (((text += " = $") += parameter) += " AND other.id <> $") += id;
    text += ")";
  };
  (add(keys.name), ...);
  return text;
}
constexpr SqlText not_taken(std::size_t id) {
  return std::apply([id](const auto&... key) { return not_taken(id, key...); },
                    columns_of<KeysRow>);
}

}  // namespace rollcall::db::sql::postgres
