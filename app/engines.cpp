#include "app/engines.hpp"

#include <variant>

#include "actors/stores/postgres/engine.hpp"
#include "actors/stores/sqlite/engine.hpp"
#include "config/database_url.hpp"

namespace rollcall::app {

namespace {

const actors::Engine& engine(const config::SqliteUrl&) { return actors::sqlite_engine(); }
const actors::Engine& engine(const config::PostgresUrl&) { return actors::postgres_engine(); }

}  // namespace

const actors::Engine& engine_of(const config::Settings& settings) {
  const auto url = config::parse_database_url(settings.database.url).value();
  return std::visit(
      [](const auto& of_engine) -> const actors::Engine& { return engine(of_engine); }, url);
}

}  // namespace rollcall::app
