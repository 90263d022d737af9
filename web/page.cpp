#include "web/page.hpp"

#include <algorithm>
#include <functional>

#include "web/file_texts.hpp"

namespace rollcall::web {

namespace {

// Another text has another URL: browsers may keep the file, and have the new one after an upgrade.
std::string versioned(std::string_view file, std::string_view text) {
  return std::string(file) + "?" + std::to_string(std::hash<std::string_view>()(text));
}

Html navigation(Place place) {
  const auto entry = [&](std::string_view path, std::string_view name) {
    const auto href = place.to(path);
    if (path != place.path) return link(href, name);
    return element("a", {{"href", href}, {"aria-current", "page"}}, name);
  };
  auto links = entry("docs", "Documentation") + entry("problems", "Problems") +
               entry("openapi.json", "OpenAPI");
  return element("header", element("a", {{"class", "name"}, {"href", place.to("")}}, "Rollcall") +
                               element("nav", {{"aria-label", "Pages"}}, links));
}

// A tick, as in the name on each page.
constexpr std::string_view icon =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath "
    "d='M2 8.5l4 4 8-9' fill='none' stroke='%23178a55' stroke-width='2.5'/%3E%3C/svg%3E";

Html head(Place place, std::string_view title, Script script) {
  auto made = Html::markup(R"(
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
)");
  made += void_element("link", {{"rel", "icon"}, {"href", icon}});
  const auto style_link = place.to(versioned("style.css", style()));
  made += void_element("link", {{"rel", "stylesheet"}, {"href", style_link}});
  if (script == Script::docs) {
    const auto source = place.to(versioned("docs.js", docs_script()));
    made += element("script", {{"src", source}, {"defer", ""}}, {});
  }
  return element("head", made + element("title", title));
}

}  // namespace

std::string_view style() { return css_style; }
std::string_view docs_script() { return js_docs; }

std::string Place::to(std::string_view other) const {
  std::string up;
  for (auto depth = std::count(path.begin(), path.end(), '/'); depth > 0; --depth) up += "../";
  if (other.empty() && up.empty()) return "./";
  return up.append(other);
}

std::string page(Place place, std::string_view title, const Html& content, Script script) {
  const auto body = navigation(place) + element("main", content);
  return "<!doctype html>\n" +
         element("html", {{"lang", "en"}}, head(place, title, script) + element("body", body))
             .str();
}

}  // namespace rollcall::web
