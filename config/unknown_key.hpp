// The error text for a key that is no setting.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::config {

/// Where the section was renamed: the new name. Otherwise the known keys of its section, or, where
/// the section is unknown too, the known sections.
std::string unknown_key(std::string_view name);

}  // namespace rollcall::config
