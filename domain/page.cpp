#include "domain/page.hpp"

#include <utf8.h>

#include "domain/unicode.hpp"

namespace rollcall {

namespace {

constexpr std::size_t max_code_points = 200;

// The least text that is greater than all that begin with `text`, which is valid UTF-8, and valid
// itself; empty where there is none. (The order of bytes in UTF-8 is that of code points.)
std::string end_of(std::string_view text) {
  constexpr char32_t last = 0x10FFFF;
  while (!text.empty()) {
    const char* at = text.data() + text.size();
    const auto c = static_cast<char32_t>(utf8::unchecked::prior(at));
    text = text.substr(0, static_cast<std::size_t>(at - text.data()));
    if (c == last) continue;
    std::string end(text);
    constexpr char32_t before_surrogates = 0xD7FF;
    constexpr char32_t after_surrogates = 0xE000;
    utf8::append(c == before_surrogates ? after_surrogates : c + 1, std::back_inserter(end));
    return end;
  }
  return {};
}

}  // namespace

tl::expected<NamePrefix, std::string> NamePrefix::parse(std::string_view text) {
  const auto error = [](std::string what) { return tl::unexpected{std::move(what)}; };
  if (!utf8::is_valid(text.begin(), text.end())) return error("is not valid UTF-8");
  if (text.empty()) return error("is empty");
  if (code_points_in(text) > max_code_points) {
    return error("has more characters than a name, 200");
  }
  if (has_any(text, is_control)) return error("contains a control character, as no name does");
  auto first = in_ascii_lower_case(std::string(text));
  auto end = end_of(first);
  if (end.empty()) return error("is nothing but U+10FFFF, by which no name can be found");
  return NamePrefix(std::string(text), std::move(first), std::move(end));
}

bool is_too_large(const ListQuery& list) {
  if (const auto* page = std::get_if<PageQuery>(&list)) {
    return page->limit < 1 || page->limit > max_page;
  }
  const auto* ids = std::get_if<UserIds>(&list);
  return ids != nullptr && ids->size() > max_ids;
}

}  // namespace rollcall
