// Text from elsewhere, made fit for one line of a terminal or a log.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::app {

/// The text with its ASCII control characters written as \xNN, so that it can neither forge a line
/// nor command a terminal. Other bytes stay as they are.
std::string printable(std::string_view text);

}  // namespace rollcall::app
