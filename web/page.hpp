// What all pages have in common, and the files that they load.
#pragma once

#include <string>
#include <string_view>

#include "web/html.hpp"

namespace rollcall::web {

/// The texts of style.css and docs.js.
std::string_view style();
std::string_view docs_script();

/// Where a page is, seen from itself. Links are relative, so that pages also work where a proxy
/// serves them below a prefix.
struct Place {
  std::string_view path;  // "", "docs", "problems" or "problems/<slug>"

  /// The link to another path, from the top and without its leading slash.
  std::string to(std::string_view other) const;
};

enum class Script { none, docs };

/// A whole document: the content below the navigation that all pages have.
std::string page(Place place, std::string_view title, const Html& content,
                 Script script = Script::none);

}  // namespace rollcall::web
