#include "app/database.hpp"

#include <variant>

#include "config/database_url.hpp"

namespace rollcall::app {

tl::expected<std::unique_ptr<Database>, std::string> Database::open(
    const config::Settings& settings) {
  const auto url = config::parse_database_url(settings.database.url);
  if (!url) return tl::unexpected(url.error());
  if (const auto* sqlite = std::get_if<config::SqliteUrl>(&*url)) {
    return open_sqlite(settings, sqlite->path);
  }
  return open_postgres(settings, std::get<config::PostgresUrl>(*url).text);
}

}  // namespace rollcall::app
