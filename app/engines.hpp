// The storage engines of the program.
#pragma once

#include "actors/stores/engine.hpp"
#include "config/settings.hpp"

namespace rollcall::app {

/// The engine of database.url, in settings that config::load has checked.
const actors::Engine& engine_of(const config::Settings& settings);

}  // namespace rollcall::app
