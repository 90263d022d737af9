// PostgreSQL as an engine.
#pragma once

#include "actors/stores/engine.hpp"

namespace rollcall::actors {

/// For settings whose database.url names a PostgreSQL database.
const Engine& postgres_engine();

}  // namespace rollcall::actors
