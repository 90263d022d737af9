// Changes as server-sent events (WHATWG HTML, 9.2 "Server-sent events").
#pragma once

#include <cstdint>
#include <string>

#include "domain/change_log.hpp"

namespace rollcall::http {

/// Appends the event of a change: its seq as the id, its kind as the type, and the change as data,
/// as GET /changes gives it.
void append_event(std::string& out, const LoggedChange& change);

/// A comment, which a client ignores.
inline constexpr const char* event_comment = ":\n\n";

/// A comment and an id without data: a client takes the position as its last event id, and
/// dispatches no event.
std::string position_text(std::int64_t position);

}  // namespace rollcall::http
