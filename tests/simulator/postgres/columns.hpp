// The columns of a simulated row, by their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/simulator/postgres/statements.hpp"

namespace rollcall::simulator {

// Both throw ProtocolError where the simulated table has no such column.
WireValue column_of(const Row& row, std::string_view name);
void set_column(Row& row, std::string_view name, const WireValue& value);

/// The columns that the statement returns.
WireRow row_of(const db::StatementShape& shape, const Row& row);

/// Sets the columns of a row type from the parameters that begin at `first`; those for which
/// `given` has a bit.
template <class Columns>
void set_columns(Row& row, const Bound& bound, std::size_t first, std::int64_t given = -1) {
  std::int64_t bit = 1;
  for (const auto& column : db::shape_of<Columns>()) {
    if ((given & bit) != 0) set_column(row, column.name, bound.parameters.at(first));
    bit *= 2;
    ++first;
  }
}

}  // namespace rollcall::simulator
