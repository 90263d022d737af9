#include "http/json_text.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace rollcall::http {

namespace {

// Printable ASCII but quote and backslash stands as it is; that is nearly every name.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out.push_back('"');
    out.append(text).push_back('"');
    return;
  }
  using Json = nlohmann::json;
  out.append(Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace rollcall::http
