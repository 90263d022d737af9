#include "http/json_user.hpp"

#include <charconv>
#include <cstdint>

#include "http/json_text.hpp"

namespace rollcall::http {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t typical_user_bytes = 192;

void append_number(std::string& out, std::int64_t number) {
  char digits[20];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

}  // namespace

void append_user(std::string& out, const User& user) {
  out.append("{\"id\":"sv);
  append_number(out, user.id.value());
  out.append(",\"name\":"sv);
  append_json_string(out, user.name.value());
  out.append(",\"email\":"sv);
  if (user.email) {
    append_json_string(out, user.email->value());
  } else {
    out.append("null"sv);
  }
  out.append(",\"version\":"sv);
  append_number(out, user.version);
  out.append(",\"created_at\":\""sv).append(to_rfc3339(user.created_at));
  out.append("\",\"updated_at\":\""sv).append(to_rfc3339(user.updated_at)).append("\"}"sv);
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
    append_json_string(out, next);
  }
  out.push_back('}');
  return out;
}

}  // namespace rollcall::http
