// What a client would like an answer to be (RFC 7240).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/wire/request.hpp"

namespace rollcall::http {

/// The value of the preference with this name, in all lines of the field Prefer, which are one
/// list: without quotes, and empty if it has none; its parameters are passed over. Nothing if it is
/// not given. If it is given several times, the first counts. Names ignore ASCII case. What is
/// malformed is ignored up to the next comma: a preference is never an error (RFC 7240 2).
std::optional<std::string> preference_of(const Request& request, std::string_view name);

/// What the answer to a write is to have: RFC 7240 4.2.
enum class Return : std::uint8_t {
  unstated,        // as `representation`, and the answer does not mention it
  representation,  // the user
  minimal,         // no body
};

/// The preference `return`; `unstated` if it is not given or has another value.
Return preferred_return(const Request& request);

}  // namespace rollcall::http
