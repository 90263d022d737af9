// The query of a target: parameters, as HTML forms write them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/wire/problem.hpp"

namespace rollcall::http {

/// What is wrong with a parameter, for the client; nothing if it is good.
using ParameterFault = std::optional<std::string>;

/// Passes each parameter to `read`, by name and value, without their encoding; the value is empty
/// where there is none. The error, invalid_parameter, names all those that `read` refuses, that are
/// malformed, or are given twice (also where one is empty); each once.
std::optional<Problem> read_query(
    std::string_view query,
    const std::function<ParameterFault(const std::string& name, const std::string& value)>& read);

}  // namespace rollcall::http
