#include "app/migrate.hpp"

#include <iostream>

#include "app/engines.hpp"
#include "config/exit_code.hpp"

namespace rollcall::app {
int migrate(const config::Settings& settings, bool dry_run) {
  const auto report = engine_of(settings).migrate(settings, dry_run);
  if (!report) {
    std::cerr << report.error() << '\n';
    return exit_failure;
  }
  for (const std::string& step : report->applied) {
    std::cout << (dry_run ? "would apply " : "applied ") << step << '\n';
  }
  if (const auto keys = db::text_of(report->keys); !keys.empty()) std::cout << keys << '\n';
  std::cout << "schema version " << report->before;
  if (report->after != report->before) std::cout << " -> " << report->after;
  std::cout << (report->applied.empty() ? ", nothing to apply" : "") << std::endl;
  return std::cout ? exit_done : exit_failure;
}

}  // namespace rollcall::app
