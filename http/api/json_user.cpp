#include "http/api/json_user.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/user_fields.hpp"
#include "http/wire/json_text.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

constexpr std::size_t typical_user_bytes = 288;

// What stands before the value of a field: `{"id":` before the first, then `,"name":` and so on.
template <std::size_t index>
constexpr auto key = [] {
  constexpr std::string_view name = std::get<index>(user_fields).name;
  std::array<char, name.size() + 4> text{index == 0 ? '{' : ',', '"'};
  auto end = std::copy(name.begin(), name.end(), text.begin() + 2);
  *end++ = '"';
  *end = ':';
  return text;
}();

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  out.append(text);
  out.push_back('"');
}

void append_value(std::string& out, std::int64_t number) { out.append(Decimal(number).view()); }
void append_value(std::string& out, UserId id) { append_value(out, id.value()); }
void append_value(std::string& out, Timestamp at) { append_quoted(out, Rfc3339(at).view()); }
void append_value(std::string& out, bool value) { out.append(value ? "true" : "false"); }
void append_value(std::string& out, const Attributes& attributes) {
  out.append(attributes.value());
}
template <class Text>
void append_value(std::string& out, const Text& text) {
  append_quoted(out, JsonText(text.value()).view());
}
template <class Text>
void append_value(std::string& out, const std::optional<Text>& value) {
  if (value) {
    append_value(out, *value);
  } else {
    out.append("null");
  }
}

}  // namespace

void append_user(std::string& out, const User& user) {
  [&]<std::size_t... index>(std::index_sequence<index...>) {
    const auto append_field = [&](const auto& its_key, const auto& value) {
      out.append(its_key.data(), its_key.size());
      append_value(out, value);
    };
    (append_field(key<index>, user.*std::get<index>(user_fields).member), ...);
  }
  (std::make_index_sequence<user_field_count>());
  out.push_back('}');
}

std::string render_user(const User& user) {
  std::string out;
  out.reserve(typical_user_bytes);
  append_user(out, user);
  return out;
}

std::string render_page(const UserPage& page, const std::string& next) {
  std::string out;
  out.reserve(page.users.size() * typical_user_bytes + next.size() + 32);
  out.append("{\"users\":[");
  bool first = true;
  for (const auto& user : page.users) {
    if (!first) out.push_back(',');
    first = false;
    append_user(out, *user);
  }
  out.append("],\"next\":");
  if (next.empty()) {
    out.append("null");
  } else {
    append(out, {"\"", JsonText(next).view(), "\""});
  }
  out.push_back('}');
  return out;
}

}  // namespace rollcall::http
