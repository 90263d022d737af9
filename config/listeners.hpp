// Who can reach the listeners.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace rollcall::config {

/// One error for each listener that other machines could reach, since there is no authentication.
/// Empty where `insecure` is true.
std::vector<std::string> binding_errors(const Settings& settings, bool insecure);

}  // namespace rollcall::config
