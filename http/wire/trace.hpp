// The trace that a request belongs to (W3C Trace Context, level 1).
#pragma once

#include <string>
#include <string_view>

namespace rollcall::http {

/// The trace id in a `traceparent` field: 32 lower-case hex digits, not all zero. Empty if the
/// field is malformed and so must be ignored (3.2.2).
std::string_view trace_id_of(std::string_view traceparent);

/// A random trace id. Predictable: not for secrets. Any thread.
std::string random_trace_id();

}  // namespace rollcall::http
