// How log lines look and where they go.
#pragma once

#include <memory>

#include <spdlog/formatter.h>

#include "config/settings.hpp"

namespace rollcall::app {

/// One line for people: time, level, message. Control characters in the message are written as
/// \xNN, so that no message can forge a line.
std::unique_ptr<spdlog::formatter> text_formatter();

/// One JSON object in a line, with the keys time, level, thread and message. Bytes of the message
/// that are not UTF-8 are replaced by U+FFFD.
std::unique_ptr<spdlog::formatter> json_formatter();

/// Makes spdlog's default logger write to stderr as the settings say. No line waits for a reader
/// (app/line_output): if there is no room, the line is dropped and counted, and once there is room
/// again, a line with the count is logged before the next one. `flush` of the logger tries that
/// too. Call once, before the first thread is started.
void set_up_logging(const config::Log& log);

}  // namespace rollcall::app
