// SQLite as an engine.
#pragma once

#include "actors/stores/engine.hpp"

namespace rollcall::actors {

/// For settings whose database.url names a SQLite file.
const Engine& sqlite_engine();

}  // namespace rollcall::actors
