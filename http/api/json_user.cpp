#include "http/api/json_user.hpp"

#include "http/wire/json_text.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

constexpr std::size_t typical_user_bytes = 192;

}  // namespace

void append_user(std::string& out, const User& user) {
  const std::string_view address = user.email ? std::string_view(user.email->value()) : "null";
  const std::string_view quote = user.email ? "\"" : "";
  append(out, {"{\"id\":", Decimal(user.id.value()).view(), ",\"name\":\"",
               JsonText(user.name.value()).view(), "\",\"email\":", quote, JsonText(address).view(),
               quote, ",\"version\":", Decimal(user.version).view(), ",\"created_at\":\"",
               Rfc3339(user.created_at).view(), "\",\"updated_at\":\"",
               Rfc3339(user.updated_at).view(), "\"}"});
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
