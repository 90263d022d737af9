// Where the database is, as database.url says it.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace rollcall::config {

/// The path of a `sqlite:<path>` URL: absolute, or relative to the working folder. The error says
/// why this release can't use the URL. Any URL in loaded settings has a path.
tl::expected<std::string, std::string> sqlite_path(const std::string& url);

}  // namespace rollcall::config
