// Targets of requests: their parts, the ids in paths, the queries of pages.
#include <optional>
#include <string>

#include "http/api/arguments.hpp"
#include "http/api/endpoints.hpp"
#include "http/api/list_arguments.hpp"
#include "http/wire/percent.hpp"
#include "http/wire/target.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/json_check.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

void check_parts(std::string_view text, const http::Target& target) {
  const auto origin = http::origin_form(text);
  std::string whole(target.path);
  if (origin.find('?') != std::string_view::npos) whole += "?" + std::string(target.query);
  const bool no_path = origin.empty() || origin.starts_with('?');
  require(whole == (no_path ? "/" : "") + std::string(origin), "the parts make the target",
          {text, whole});
  require(no_path || http::path_of(text) == target.path, "both give one path", {text, target.path});
}

std::optional<http::Arguments> parse(std::string_view path, std::string_view query,
                                     std::optional<http::Problem>* refused = nullptr) {
  static const http::Request request;
  const auto [route, segment] = http::every_route().match(path);
  auto arguments = http::parse_arguments(request, *route->of(http::Method::get), segment, query,
                                         [] { return Timestamp{}; });
  if (arguments) return std::move(*arguments);
  if (refused != nullptr) *refused = std::move(arguments.error().problem);
  return std::nullopt;
}

std::optional<UserId> id_in(std::string_view segment) {
  const auto arguments = parse("/users/" + std::string(segment), "");
  return arguments ? arguments->id : std::nullopt;
}

void check_id(std::string_view segment) {
  if (segment.empty() || segment.find('/') != std::string_view::npos) return;
  const auto id = id_in(segment);
  if (segment.find('%') == std::string_view::npos) {
    require(id_in(http::percent_encoded(segment)) == id, "encoding changes no id", {segment});
  }
  if (!id) return;
  const auto text = std::to_string(id->value());
  require(UserId::parse(text) == id && id_in(text) == id, "an id has one text", {segment, text});
}

void check_query(std::string_view query, std::string_view path) {
  std::optional<http::Problem> wrong_page;
  std::optional<http::Problem> refused;
  const auto listed = parse("/users", query, &wrong_page);
  parse("/users/1", query, &refused);
  if (refused) require_document(*refused, path);
  if (!listed) {
    require(refused.has_value(), "a query with an error has a parameter", {query});
    return require_document(*wrong_page, path);
  }
  const auto& page = listed->page;
  require(refused || (page == PageQuery{} && !listed->list),
          "an empty query asks for the first page", {query});
  require(!listed->list || page == PageQuery{}, "a list is of one kind", {query});
  require(!is_too_large(listed->list.value_or(page)), "a list is within its limits", {query});
  std::string text = "&limit=" + std::to_string(page.limit);
  const auto add = [&](std::string_view name, const std::string& value) {
    text.insert(0, "&" + std::string(name) + "=" + http::percent_encoded(value));
  };
  if (page.after) add("after", http::text_of(*page.after));
  if (page.before) add("before", http::text_of(*page.before));
  if (page.filter.name) add("name", page.filter.name->value());
  if (page.filter.active) add("active", *page.filter.active ? "true" : "false");
  const auto again = parse("/users", text);
  require(again && again->page == page, "a query can be written another way", {query, text});
}

void check_route(std::string_view path) {
  const auto [route, segment] = http::every_route().match(path);
  if (route == nullptr) return;
  require(path.ends_with(segment), "the segment is the end of the path", {path});
  require(segment.find('/') == std::string_view::npos, "a segment is one", {path});
  require(route->has_segment() || route->path == path, "a path is matched as text", {path});
}

}  // namespace

void check(std::string_view input) {
  const auto target = http::parse_target(input);
  check_parts(input, target);
  check_route(target.path);
  check_id(target.path.substr(target.path.rfind('/') + 1));
  check_query(target.query, target.path);
}

}  // namespace rollcall::fuzz
