// What a failed request means for the write that it carried.
#pragma once

#include <caf/error.hpp>

#include "actors/runtime/reply_promise.hpp"
#include "domain/errors.hpp"

namespace rollcall::actors {

/// The error to answer for a write whose request failed with a CAF error: storage_unavailable for
/// `unavailable`, which means not executed; outcome_unknown for any other, such as `receiver_down`.
inline Error outcome_of_failed_request(const caf::error& failure) {
  return failure == unavailable ? storage_unavailable() : outcome_unknown();
}

}  // namespace rollcall::actors
