// The statements of the program on kept answers, on a simulated database.
#pragma once

#include <optional>

#include "tests/simulator/postgres/statements.hpp"

namespace rollcall::simulator {

/// Nothing where the statement is not one of these.
std::optional<Executed> executed_on_answers(const Bound& bound, const Executor& by);

}  // namespace rollcall::simulator
