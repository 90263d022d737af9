// The table of a user's fields. JSON bodies, imports and exports are derived from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "domain/user.hpp"

namespace rollcall {

/// Who gives a field its value: a client, or the server. An import may give any.
enum class GivenBy { client, server };

/// A field: its name, and the members of User and UserDraft that hold its value.
template <class T>
struct Field {
  std::string_view name;
  T User::*member;
  std::optional<T> UserDraft::*draft;
  GivenBy given_by;
};

template <class T>
Field(std::string_view, T User::*, std::optional<T> UserDraft::*, GivenBy) -> Field<T>;

/// In the order in which they are shown.
inline constexpr std::tuple user_fields{
    Field{"id", &User::id, &UserDraft::id, GivenBy::server},
    Field{"name", &User::name, &UserDraft::name, GivenBy::client},
    Field{"email", &User::email, &UserDraft::email, GivenBy::client},
    Field{"version", &User::version, &UserDraft::version, GivenBy::server},
    Field{"created_at", &User::created_at, &UserDraft::created_at, GivenBy::server},
    Field{"updated_at", &User::updated_at, &UserDraft::updated_at, GivenBy::server}};

inline constexpr std::size_t user_field_count = std::tuple_size_v<decltype(user_fields)>;

/// How a value of a field is written in JSON and CSV.
enum class FieldKind { integer, text, time };

template <class T>
inline constexpr bool is_nullable = false;
template <class T>
inline constexpr bool is_nullable<std::optional<T>> = true;

template <class T>
constexpr FieldKind kind_of() {
  if constexpr (std::is_same_v<T, UserId> || std::is_same_v<T, std::int64_t>) {
    return FieldKind::integer;
  } else {
    return std::is_same_v<T, Timestamp> ? FieldKind::time : FieldKind::text;
  }
}

/// A field without its C++ type.
struct FieldInfo {
  std::string_view name;
  FieldKind kind;
  bool nullable;  // null is allowed
  GivenBy given_by;

  /// A client has to give it.
  bool required() const { return given_by == GivenBy::client && !nullable; }
  /// What a value must be: "a string, or null for none".
  std::string_view type_text() const;
};

inline constexpr auto field_infos = std::apply(
    []<class... T>(const Field<T>&... field) {
      return std::array{FieldInfo{field.name, kind_of<T>(), is_nullable<T>, field.given_by}...};
    },
    user_fields);

/// The index of the field in the table; nothing where none has this name.
std::optional<std::size_t> field_named(std::string_view name);

/// The names, for a message: "name and email".
std::string client_field_list();
/// "id, name, ...".
std::string field_list();

// Each sets the field with this index in the draft and returns nothing. Where the value is invalid,
// it returns what is wrong and changes nothing.

/// From text, as in CSV: numbers and times are parsed.
std::optional<std::string> set_text(UserDraft& draft, std::size_t field, std::string_view text);
std::optional<std::string> set_integer(UserDraft& draft, std::size_t field, std::int64_t number);
std::optional<std::string> set_null(UserDraft& draft, std::size_t field);

}  // namespace rollcall
