#include "http/wire/json_text.hpp"

#include <nlohmann/json.hpp>

namespace rollcall::http {

namespace {

// Printable ASCII except quote and backslash needs no escape; nearly every name is such. Does not
// stop at the first other byte, so that the compiler can vectorise the loop.
bool is_plain(std::string_view text) {
  bool all = true;
  for (const char c : text) all &= c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  return all;
}

}  // namespace

JsonText::JsonText(std::string_view text) : view_(text) {
  if (is_plain(text)) return;
  using Json = nlohmann::json;
  quoted_ = Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
  view_ = std::string_view(quoted_).substr(1, quoted_.size() - 2);
}

}  // namespace rollcall::http
