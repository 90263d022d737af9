#include "domain/user_fields.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rollcall {

namespace {

constexpr std::string_view integer_text = "a whole number from 1 to 2^63-1";
constexpr std::string_view boolean_text = "true or false";
constexpr std::string_view time_text = "a time like 2026-11-22T06:47:00.123Z";

template <class T>
using Parsed = tl::expected<T, std::string>;

tl::unexpected<std::string> must_be(std::string_view what) {
  return tl::unexpected("must be " + std::string(what));
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return number;
}

// Converts an integer or a text to a field's type; the error says what the value must be.
template <class T>
struct Reader {
  static Parsed<T> from(std::string_view text) { return T::parse(text); }
};
template <class T>
struct Reader<std::optional<T>> {
  static Parsed<std::optional<T>> from(std::string_view text) {
    return Reader<T>::from(text).map([](T value) { return std::optional<T>(std::move(value)); });
  }
};
template <>
struct Reader<std::int64_t> {
  static Parsed<std::int64_t> from(std::int64_t number) {
    if (number < 1) return must_be(integer_text);
    return number;
  }
};
template <>
struct Reader<bool> {
  static Parsed<bool> from(bool value) { return value; }
  static Parsed<bool> from(std::string_view text) {
    if (text != "true" && text != "false") return must_be(boolean_text);
    return text == "true";
  }
};
template <>
struct Reader<UserId> {
  static Parsed<UserId> from(std::int64_t number) {
    const auto id = UserId::from(number);
    if (!id) return must_be(integer_text);
    return *id;
  }
};
template <>
struct Reader<Timestamp> {
  static Parsed<Timestamp> from(std::string_view text) {
    const auto time = from_rfc3339(text);
    if (!time) return must_be(time_text);
    return *time;
  }
};

// Calls `visit` with the field of this index.
template <class Visit>
std::optional<std::string> with_field(std::size_t index, Visit visit) {
  std::optional<std::string> error;
  std::apply(
      [&](const auto&... field) {
        std::size_t at = 0;
        ((at++ == index ? void(error = visit(field)) : void()), ...);
      },
      user_fields);
  return error;
}

template <class T, class Value>
std::optional<std::string> set(UserDraft& draft, const Field<T>& field, Value value) {
  auto read = Reader<T>::from(value);
  if (!read) return std::move(read.error());
  draft.*field.draft = std::move(*read);
  return std::nullopt;
}

}  // namespace

std::string_view FieldInfo::type_text() const {
  switch (kind) {
    case FieldKind::integer:
      return integer_text;
    case FieldKind::boolean:
      return boolean_text;
    case FieldKind::object:
      return "a JSON object";
    case FieldKind::text:
    case FieldKind::time:
      break;
  }
  return nullable ? "a string, or null for none" : "a string";
}

std::optional<std::size_t> field_named(std::string_view name) {
  const auto found = std::find_if(field_infos.begin(), field_infos.end(),
                                  [&](const FieldInfo& field) { return field.name == name; });
  if (found == field_infos.end()) return std::nullopt;
  return static_cast<std::size_t>(found - field_infos.begin());
}

std::string client_field_list() {
  std::string list;
  std::string_view last;
  for (const FieldInfo& field : field_infos) {
    if (field.given_by != GivenBy::client) continue;
    if (!last.empty()) list.append(list.empty() ? "" : ", ").append(last);
    last = field.name;
  }
  return list.append(list.empty() ? "" : " and ").append(last);
}

std::string field_list() {
  std::string list;
  for (const FieldInfo& field : field_infos)
    list.append(list.empty() ? "" : ", ").append(field.name);
  return list;
}

std::optional<std::string> set_text(UserDraft& draft, std::size_t field, std::string_view text) {
  return with_field(field, [&]<class T>(const Field<T>& typed) -> std::optional<std::string> {
    if constexpr (kind_of<T>() == FieldKind::integer) {
      const auto number = number_in(text);
      return set(draft, typed, number.value_or(0));
    } else {
      return set(draft, typed, text);
    }
  });
}

std::optional<std::string> set_json(UserDraft& draft, std::size_t field,
                                    const json::Member& member) {
  using Kind = json::Member::Kind;
  return with_field(field, [&]<class T>(const Field<T>& typed) -> std::optional<std::string> {
    constexpr FieldKind kind = kind_of<T>();
    if constexpr (is_nullable<T>) {
      if (member.kind == Kind::null) return (draft.*typed.draft).emplace(), std::nullopt;
    }
    if constexpr (kind == FieldKind::integer) {
      if (member.kind == Kind::integer) return set(draft, typed, member.integer);
    } else if constexpr (kind == FieldKind::boolean) {
      if (member.kind == Kind::boolean) return set(draft, typed, member.boolean);
    } else {
      constexpr Kind expected = kind == FieldKind::object ? Kind::object : Kind::string;
      if (member.kind == expected) return set(draft, typed, std::string_view(member.text));
    }
    return "must be " + std::string(field_infos[field].type_text());
  });
}

}  // namespace rollcall
