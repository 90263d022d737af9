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

/// An id alone.
struct IdRow {
  std::int64_t id = 0;
};
template <>
inline constexpr auto columns_of<IdRow> = std::tuple{Column{"id", &IdRow::id}};

/// What is read of a user.
struct UserRow {
  std::int64_t id = 0;
  OptionalText username{};
  Text name{};
  OptionalText email{};
  OptionalText external_id{};
  std::int64_t active = 0;  // 0 or 1
  Text attributes{};
  std::int64_t version = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
};
template <>
inline constexpr auto columns_of<UserRow> =
    std::tuple{Column{"id", &UserRow::id},
               Column{"username", &UserRow::username},
               Column{"name", &UserRow::name},
               Column{"email", &UserRow::email},
               Column{"external_id", &UserRow::external_id},
               Column{"active", &UserRow::active},
               Column{"attributes", &UserRow::attributes},
               Column{"version", &UserRow::version},
               Column{"created_at", &UserRow::created_at_ms},
               Column{"updated_at", &UserRow::updated_at_ms}};

/// What a client's fields are stored as. Without defaults, so that the compiler refuses an
/// initializer that leaves one out.
struct FieldsRow {
  Text name;
  OptionalText email;
  OptionalText email_key;
  OptionalText username;
  OptionalText username_key;
  OptionalText external_id;
  std::int64_t active;
  Text attributes;
};
template <>
inline constexpr auto columns_of<FieldsRow> =
    std::tuple{Column{"name", &FieldsRow::name},
               Column{"email", &FieldsRow::email},
               Column{"email_key", &FieldsRow::email_key},
               Column{"username", &FieldsRow::username},
               Column{"username_key", &FieldsRow::username_key},
               Column{"external_id", &FieldsRow::external_id},
               Column{"active", &FieldsRow::active},
               Column{"attributes", &FieldsRow::attributes}};

/// The columns of a patch. Bit i of `given` is set where the patch sets column i of
/// columns_of<PatchRow>.
struct PatchRow {
  std::int64_t given = 0;
  OptionalText name{};
  OptionalText email{};
  OptionalText email_key{};
  OptionalText username{};
  OptionalText username_key{};
  OptionalText external_id{};
  std::optional<std::int64_t> active{};
  OptionalText attributes{};
};
template <>
inline constexpr auto columns_of<PatchRow> =
    std::tuple{Column{"name", &PatchRow::name},
               Column{"email", &PatchRow::email},
               Column{"email_key", &PatchRow::email_key},
               Column{"username", &PatchRow::username},
               Column{"username_key", &PatchRow::username_key},
               Column{"external_id", &PatchRow::external_id},
               Column{"active", &PatchRow::active},
               Column{"attributes", &PatchRow::attributes}};

/// The columns with a unique constraint, beside the id. Where several are taken, the first one
/// names the error.
struct KeysRow {
  OptionalText email_key{};
  OptionalText username_key{};
  OptionalText external_id{};
};
template <>
inline constexpr auto columns_of<KeysRow> = std::tuple{
    Column{"email_key", &KeysRow::email_key}, Column{"username_key", &KeysRow::username_key},
    Column{"external_id", &KeysRow::external_id}};

/// The index of a column in a row.
template <class Row>
consteval std::size_t index_of(std::string_view name) {
  std::size_t found = 0;
  std::size_t index = 0;
  std::apply(
      [&](const auto&... column) {
        ((found = column.name == name ? ++index : (++index, found)), ...);
      },
      columns_of<Row>);
  if (found == 0) throw "the row has no such column";
  return found - 1;
}
/// The bit of a column in PatchRow::given.
consteval std::int64_t bit_of(std::string_view name) {
  return std::int64_t{1} << index_of<PatchRow>(name);
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
