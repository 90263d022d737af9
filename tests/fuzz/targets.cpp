// Targets of requests: their parts, the ids in paths, the queries of pages.
#include <string>

#include "http/wire/target.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/json_check.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

using http::Method;

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789aBcDeF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    ((out += '%') += hex[byte >> 4]) += hex[byte & 15];
  }
  return out;
}

void check_parts(std::string_view text, const http::Target& target) {
  const auto origin = http::origin_form(text);
  std::string whole(target.path);
  if (origin.find('?') != std::string_view::npos) whole += "?" + std::string(target.query);
  const bool no_path = origin.empty() || origin.starts_with('?');
  require(whole == (no_path ? "/" : "") + std::string(origin), "the parts make the target",
          {text, whole});
  require(no_path || http::path_of(text) == target.path, "both give one path", {text, target.path});
  require(target.path.ends_with(target.tail), "the tail is the end of the path", {text});
  const std::string_view list = http::allowed_methods(target.resource);
  for (const std::string_view name : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    const bool listed =
        (", " + std::string(list) + ",").find(" " + std::string(name) + ",") != std::string::npos;
    const bool allowed = http::allows(target.resource, *http::method_named(name));
    require(listed == allowed || target.resource == http::Resource::server,
            "Allow lists the methods that are allowed", {text, name});
  }
}

void check_id(std::string_view tail) {
  const auto id = http::parse_user_id(tail);
  if (tail.find('%') == std::string_view::npos) {
    require(http::parse_user_id(percent_encoded(tail)) == id, "encoding changes no id", {tail});
  }
  if (!id) return;
  const auto text = std::to_string(id->value());
  require(UserId::parse(text) == id && http::parse_user_id(text) == id, "an id has one text",
          {tail, text});
}

void check_query(std::string_view query, std::string_view path) {
  const auto page = http::parse_page_query(query);
  const auto refused = http::refuse_query(query);
  if (refused) require_document(*refused, path);
  if (!page) {
    require(refused.has_value(), "a query with an error has a parameter", {query});
    return require_document(page.error(), path);
  }
  require(refused || *page == PageQuery{}, "an empty query asks for the first page", {query});
  require(page->limit >= 1 && page->limit <= max_page, "a limit is in its range", {query});
  std::string text = "&limit=" + std::to_string(page->limit);
  if (page->after) text.insert(0, "after=" + percent_encoded(std::to_string(page->after->value())));
  const auto again = http::parse_page_query(text);
  require(again && *again == *page, "a query can be written another way", {query, text});
}

}  // namespace

void check(std::string_view input) {
  const auto target = http::parse_target(input);
  check_parts(input, target);
  check_id(target.tail);
  check_query(target.query, target.path);
}

}  // namespace rollcall::fuzz
