#include "http/api/json_user.hpp"

#include "domain/user_fields.hpp"
#include "http/wire/json_text.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

constexpr std::size_t typical_user_bytes = 192;

void append_value(std::string& out, std::int64_t number) { out.append(Decimal(number).view()); }
void append_value(std::string& out, UserId id) { append_value(out, id.value()); }
void append_value(std::string& out, Timestamp at) { append(out, {"\"", Rfc3339(at).view(), "\""}); }
template <class Text>
void append_value(std::string& out, const Text& text) {
  append(out, {"\"", JsonText(text.value()).view(), "\""});
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
  std::string_view before = "{\"";
  const auto append_field = [&](const auto& field) {
    append(out, {before, field.name, "\":"});
    append_value(out, user.*field.member);
    before = ",\"";
  };
  std::apply([&](const auto&... field) { (append_field(field), ...); }, user_fields);
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
