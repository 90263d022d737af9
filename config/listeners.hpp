// Who can reach the listeners.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace rollcall::config {

/// Why the listeners must not be opened as they are: one sentence for each that other machines
/// could reach, as nobody is asked for a password. Empty where `insecure` accepts that.
std::vector<std::string> binding_errors(const Settings& settings, bool insecure);

}  // namespace rollcall::config
