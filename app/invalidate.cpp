#include "app/invalidate.hpp"

#include <iostream>
#include <variant>

#include "config/database_url.hpp"
#include "config/exit_code.hpp"
#include "db/postgres/database.hpp"
#include "domain/user.hpp"

namespace rollcall::app {
namespace {

int usage(const std::string& fault) {
  std::cerr << fault << '\n';
  return exit_usage;
}

}  // namespace

int invalidate(const config::Settings& settings, const std::vector<std::string>& texts) {
  std::vector<UserId> ids;
  for (const std::string& text : texts) {
    const auto id = UserId::parse(text);
    if (!id) return usage("'" + text + "' is no user's id");
    ids.push_back(*id);
  }
  const auto url = config::parse_database_url(settings.database.url);
  if (!url) return usage("database.url: " + url.error());
  if (std::holds_alternative<config::SqliteUrl>(*url)) {
    return usage(
        "database.url names a SQLite file: no other program may change it while a daemon runs, and "
        "nothing can tell the daemon. Stop the daemon, change the file, and start the daemon.");
  }
  const auto target = db::PgTarget::parse(std::get<config::PostgresUrl>(*url).text);
  if (!target) return usage("database.url: " + target.error());
  const auto told = db::invalidate_on_postgres(*target, settings.database.connect_timeout, ids);
  if (!told) {
    std::cerr << "database " << target->shown() << ": " << told.error().explained() << '\n';
    return exit_failure;
  }
  std::cout << "told every node to forget "
            << (ids.empty() ? std::string("all users") : std::to_string(ids.size()) + " users")
            << std::endl;
  return std::cout ? exit_done : exit_failure;
}

}  // namespace rollcall::app
