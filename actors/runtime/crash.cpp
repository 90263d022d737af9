#include "actors/runtime/crash.hpp"

#include <spdlog/spdlog.h>
#include <caf/make_message.hpp>
#include <caf/sec.hpp>

namespace rollcall::actors {

caf::error log_crash(const std::string& actor, const std::string& why) {
  spdlog::error("{} crashed: {}", actor, why);
  return caf::make_error(caf::sec::runtime_error, why);
}

caf::error log_crash(const std::string& actor, std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return log_crash(actor, error.what());
  } catch (...) {
    return log_crash(actor, "an exception that is no std::exception");
  }
}

}  // namespace rollcall::actors
