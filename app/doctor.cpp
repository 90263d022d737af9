#include "app/doctor.hpp"

#include <iostream>

#include "app/engines.hpp"
#include "config/exit_code.hpp"

namespace rollcall::app {

int doctor(const config::Settings& settings) {
  const auto reader = engine_of(settings).key_reader(settings);
  if (!reader) {
    std::cerr << reader.error() << '\n';
    return exit_failure;
  }
  const auto findings = db::check_keys(**reader);
  if (!findings) {
    std::cerr << findings.error() << '\n';
    return exit_failure;
  }
  for (const db::KeyFinding& finding : *findings) std::cout << db::text_of(finding) << '\n';
  std::cout << std::flush;
  return std::cout && findings->empty() ? exit_done : exit_failure;
}

}  // namespace rollcall::app
