#include "config/database_url.hpp"

#include <string_view>

namespace rollcall::config {

tl::expected<std::string, std::string> sqlite_path(const std::string& url) {
  constexpr std::string_view scheme = "sqlite:";
  const auto fault = [](std::string what) { return tl::unexpected{std::move(what)}; };
  // A refused URL is not repeated in the message: it may hold a password.
  if (url.starts_with("postgres:") || url.starts_with("postgresql:")) {
    return fault("PostgreSQL is not supported by this release");
  }
  if (!url.starts_with(scheme)) return fault("does not start with sqlite:");
  std::string path = url.substr(scheme.size());
  if (path.empty()) return fault("names no file");
  if (path.starts_with("//")) {
    return fault(
        "has slashes after sqlite:; write sqlite:/absolute/path or sqlite:path/from/the/working/"
        "folder");
  }
  if (path == ":memory:") return fault("a database in memory can't be shared by several readers");
  if (path.ends_with('/')) return fault("names a folder, must name a file");
  if (path.find('\0') != std::string::npos) return fault("contains a NUL character");
  return path;
}

}  // namespace rollcall::config
