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

namespace {

// {"users":[...]
std::string begin_list(const std::vector<UserRef>& users, std::size_t further_bytes) {
  std::string out;
  out.reserve(users.size() * typical_user_bytes + further_bytes);
  out.append("{\"users\":[");
  for (const auto& user : users) {
    if (user != users.front()) out.push_back(',');
    append_user(out, *user);
  }
  out.push_back(']');
  return out;
}

void append_link(std::string& out, std::string_view key, const std::string& target) {
  append(out, {",\"", key, "\":"});
  if (target.empty()) {
    out.append("null");
  } else {
    append_quoted(out, JsonText(target).view());
  }
}

}  // namespace

std::string render_page(const std::vector<UserRef>& users, const PageLinks& links,
                        std::optional<std::int64_t> total) {
  auto out = begin_list(users, links.next.size() + links.prev.size() + 64);
  append_link(out, "next", links.next);
  append_link(out, "prev", links.prev);
  if (total) append(out, {",\"total\":", Decimal(*total).view()});
  out.push_back('}');
  return out;
}

std::string render_users(const std::vector<UserRef>& users, const std::vector<UserId>& missing) {
  auto out = begin_list(users, missing.size() * 20 + 32);
  out.append(",\"missing\":[");
  for (const UserId id : missing) {
    if (id != missing.front()) out.push_back(',');
    append_value(out, id);
  }
  out.append("]}");
  return out;
}

}  // namespace rollcall::http
