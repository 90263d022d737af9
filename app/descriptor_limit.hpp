// The limit of open descriptors of this process.
#pragma once

#include <cstddef>
#include <string>

#include <tl/expected.hpp>

namespace rollcall::app {

/// Descriptors that are not clients' connections: databases, listeners, loops, logs.
inline constexpr std::size_t own_descriptors = 64;

/// Raises RLIMIT_NOFILE to its hard limit, and checks that `max_connections` and own_descriptors
/// fit under it together. The error is for the operator.
tl::expected<void, std::string> raise_descriptor_limit(std::size_t max_connections);

}  // namespace rollcall::app
