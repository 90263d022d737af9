// The table of a user's columns: SQL texts, binding of parameters and reading of rows, on both
// engines, come from it. Text in a row is valid until the next row is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "db/statement.hpp"

namespace rollcall::db {

using Text = std::string_view;
using OptionalText = std::optional<std::string_view>;

/// What is read of a user.
struct UserRow {
  std::int64_t id = 0;
  Text name{};
  OptionalText email{};
  std::int64_t version = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
};
template <>
inline constexpr auto columns_of<UserRow> =
    std::tuple{Column{"id", &UserRow::id},
               Column{"name", &UserRow::name},
               Column{"email", &UserRow::email},
               Column{"version", &UserRow::version},
               Column{"created_at", &UserRow::created_at_ms},
               Column{"updated_at", &UserRow::updated_at_ms}};

/// What a client's fields are stored as. Without defaults, so that the compiler refuses an
/// initializer that leaves one out.
struct FieldsRow {
  Text name;
  OptionalText email;
  OptionalText email_key;
};
template <>
inline constexpr auto columns_of<FieldsRow> =
    std::tuple{Column{"name", &FieldsRow::name}, Column{"email", &FieldsRow::email},
               Column{"email_key", &FieldsRow::email_key}};

/// The columns of a patch. Bit i of `given` is set where the patch sets column i of
/// columns_of<PatchRow>. email_key is the last one: change_user relies on it.
struct PatchRow {
  std::int64_t given = 0;
  OptionalText name{};
  OptionalText email{};
  OptionalText email_key{};
};
template <>
inline constexpr auto columns_of<PatchRow> =
    std::tuple{Column{"name", &PatchRow::name}, Column{"email", &PatchRow::email},
               Column{"email_key", &PatchRow::email_key}};

/// The bit of a column in PatchRow::given.
consteval std::int64_t bit_of(std::string_view name) {
  std::int64_t bit = 0;
  std::size_t index = 0;
  std::apply(
      [&](const auto&... column) {
        ((bit |= column.name == name ? std::int64_t{1} << index : 0, ++index), ...);
      },
      columns_of<PatchRow>);
  if (bit == 0) throw "PatchRow has no such column";
  return bit;
}

/// The columns that the server sets.
struct RecordRow {
  std::int64_t version = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
};
template <>
inline constexpr auto columns_of<RecordRow> = std::tuple{
    Column{"version", &RecordRow::version}, Column{"created_at", &RecordRow::created_at_ms},
    Column{"updated_at", &RecordRow::updated_at_ms}};

}  // namespace rollcall::db
