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
#include "json/object.hpp"

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
    Field{"username", &User::username, &UserDraft::username, GivenBy::client},
    Field{"name", &User::name, &UserDraft::name, GivenBy::client},
    Field{"email", &User::email, &UserDraft::email, GivenBy::client},
    Field{"external_id", &User::external_id, &UserDraft::external_id, GivenBy::client},
    Field{"active", &User::active, &UserDraft::active, GivenBy::client},
    Field{"attributes", &User::attributes, &UserDraft::attributes, GivenBy::client},
    Field{"version", &User::version, &UserDraft::version, GivenBy::server},
    Field{"created_at", &User::created_at, &UserDraft::created_at, GivenBy::server},
    Field{"updated_at", &User::updated_at, &UserDraft::updated_at, GivenBy::server}};

inline constexpr std::size_t user_field_count = std::tuple_size_v<decltype(user_fields)>;

/// How a value of a field is written in JSON and CSV. An object is its JSON in CSV too.
enum class FieldKind { integer, text, time, boolean, object };

template <class T>
inline constexpr bool is_nullable = false;
template <class T>
inline constexpr bool is_nullable<std::optional<T>> = true;

template <class T>
constexpr FieldKind kind_of() {
  if (std::is_same_v<T, UserId> || std::is_same_v<T, std::int64_t>) return FieldKind::integer;
  if (std::is_same_v<T, Timestamp>) return FieldKind::time;
  if (std::is_same_v<T, bool>) return FieldKind::boolean;
  return std::is_same_v<T, Attributes> ? FieldKind::object : FieldKind::text;
}

/// A field without its C++ type.
struct FieldInfo {
  std::string_view name;
  FieldKind kind;
  bool nullable;  // null is allowed
  GivenBy given_by;

  /// A client has to give it.
  bool required() const {
    const bool has_default = nullable || kind == FieldKind::boolean || kind == FieldKind::object;
    return given_by == GivenBy::client && !has_default;
  }
  /// What a value must be: "a string, or null for none".
  std::string_view type_text() const;
};

inline constexpr auto field_infos = std::apply(
    []<class... T>(const Field<T>&... field) {
      return std::array{FieldInfo{field.name, kind_of<T>(), is_nullable<T>, field.given_by}...};
    },
    user_fields);

/// The index of the field in the table. For the compiler: one that does not exist does not compile.
consteval std::size_t field_index(std::string_view name) {
  for (std::size_t i = 0; i < user_field_count; ++i) {
    if (field_infos[i].name == name) return i;
  }
  throw "no field is called so";
}
/// The index of the field in the table; nothing where none has this name.
std::optional<std::size_t> field_named(std::string_view name);

/// The names, for a message: "name and email".
std::string client_field_list();
/// "id, name, ...".
std::string field_list();

// Each sets the field with this index in the draft and returns nothing. Where the value is invalid,
// it returns what is wrong and changes nothing.

/// From text, as in CSV: numbers, times, true, false and objects are parsed.
std::optional<std::string> set_text(UserDraft& draft, std::size_t field, std::string_view text);
/// From JSON.
std::optional<std::string> set_json(UserDraft& draft, std::size_t field,
                                    const json::Member& member);

}  // namespace rollcall
