// The table of a user's columns: the SQL texts, the binding and the reading of both engines come
// from it. Text in rows is valid until the next row.
#pragma once

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

/// What a client's fields are stored as.
struct FieldsRow {
  Text name{};
  OptionalText email{};
  OptionalText email_key{};
};
template <>
inline constexpr auto columns_of<FieldsRow> =
    std::tuple{Column{"name", &FieldsRow::name}, Column{"email", &FieldsRow::email},
               Column{"email_key", &FieldsRow::email_key}};

/// The same where only some are given: those whose bit is set, by their order in the table.
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

/// What the server stores beside them.
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
