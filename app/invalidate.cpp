#include "app/invalidate.hpp"

#include <iostream>

#include "app/engines.hpp"
#include "config/exit_code.hpp"
#include "domain/user.hpp"

namespace rollcall::app {
namespace {

int fail(const std::string& error, ExitCode code) {
  std::cerr << error << '\n';
  return code;
}

}  // namespace

int invalidate(const config::Settings& settings, const std::vector<std::string>& texts) {
  std::vector<UserId> ids;
  for (const std::string& text : texts) {
    const auto id = UserId::parse(text);
    if (!id) return fail("'" + text + "' is no user's id", exit_usage);
    ids.push_back(*id);
  }
  const auto& engine = engine_of(settings);
  if (const auto why = engine.why_not_invalidate()) return fail(*why, exit_usage);
  if (const auto told = engine.invalidate(settings, ids); !told) {
    return fail(told.error(), exit_failure);
  }
  std::cout << "told every node to invalidate "
            << (ids.empty() ? std::string("all users") : std::to_string(ids.size()) + " users")
            << std::endl;
  return std::cout ? exit_done : exit_failure;
}

}  // namespace rollcall::app
