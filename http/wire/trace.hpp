// The trace that a request belongs to (W3C Trace Context, level 1).
#pragma once

#include <string>
#include <string_view>

namespace rollcall::http {

/// The trace id in a `traceparent` field: 32 lower-case hex digits, not all zero. Empty where the
/// field is malformed (3.2.2: it is then to be ignored).
std::string_view trace_id_of(std::string_view traceparent);

/// A new one. Not for secrets.
std::string random_trace_id();

}  // namespace rollcall::http
