// The parts of change_user that depend on the columns of a patch. $1 has a bit for each column, the
// parameters from $2 on are their values.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>

#include "db/sql_text.hpp"
#include "db/user_columns.hpp"

namespace rollcall::db::sql::postgres {

/// The place of a column among those of a patch.
constexpr std::size_t index_in_patch(std::string_view name) {
  std::size_t found = 0;
  std::size_t index = 0;
  std::apply(
      [&](const auto&... column) { ((found = column.name == name ? index : found, ++index), ...); },
      columns_of<PatchRow>);
  return found;
}

/// "$1 & bigint '2' <> 0 AND email COLLATE "C" IS DISTINCT FROM $3": whether the patch changes the
/// column. Byte for byte: a collation of another program may take different texts for equal.
constexpr SqlText is_changed(std::string_view column, std::size_t index, bool is_text) {
  return sql_text("$1 & bigint '", std::size_t{1} << index, "' <> 0 AND ", column,
                  is_text ? " COLLATE \"C\"" : "", " IS DISTINCT FROM $", index + 2);
}

/// "name = CASE WHEN $1 & bigint '1' <> 0 THEN $2 ELSE name END, ...": $1 has a bit for each
/// column. A key is set where its text changes.
constexpr SqlText patched_columns() {
  return list_of_columns<PatchRow>([](SqlText& text, const auto& column, std::size_t index) {
    const std::string_view source = text_of_key(column.name);
    (text += column.name) += " = CASE WHEN ";
    if (source.empty()) {
      ((text += "$1 & bigint '") += std::size_t{1} << index) += "' <> 0";
    } else {
      text += is_changed(source, index - 1, true);
    }
    (((text += " THEN $") += index + 2) += " ELSE ") += column.name;
    text += " END";
  });
}

/// "$1 & bigint '1' <> 0 AND name COLLATE "C" IS DISTINCT FROM $2, ...": whether the patch changes
/// each column; false for a key, which changes with its text alone.
constexpr SqlText patch_differences() {
  return list_of_columns<PatchRow>(
      []<class T>(SqlText& text, const Column<PatchRow, T>& column, std::size_t index) {
        if (!text_of_key(column.name).empty()) return void(text += "false");
        text += is_changed(column.name, index, ValueTraits<T>::type == ValueType::text);
      });
}

/// " AND (NOT (...) OR NOT EXISTS (SELECT other.id FROM users AS other WHERE other.email_key = $4
/// AND other.id <> $11))" for each unique column: whether the patch leaves its text, or no other
/// user has the value that the patch gives it.
constexpr SqlText not_taken(std::size_t id) {
  SqlText text;
  const auto add = [&](std::string_view key, std::size_t index) {
    const std::string_view source = text_of_key(key);
    text += " AND (NOT (";
    text += is_changed(source.empty() ? key : source, source.empty() ? index : index - 1, true);
    (text += ") OR NOT EXISTS (SELECT other.id FROM users AS other WHERE other.") += key;
    (((text += " = $") += index + 2) += " AND other.id <> $") += id;
    text += "))";
  };
  std::apply([&](const auto&... key) { (add(key.name, index_in_patch(key.name)), ...); },
             columns_of<KeysRow>);
  return text;
}

}  // namespace rollcall::db::sql::postgres
