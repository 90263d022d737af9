// What is said of a key that the settings do not have.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::config {

/// The keys of its section, or the sections; the new name where the section was renamed.
std::string unknown_key(std::string_view name);

}  // namespace rollcall::config
