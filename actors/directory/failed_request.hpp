// What a failed request means for the write that it carried.
#pragma once

#include <caf/error.hpp>

#include "actors/runtime/reply_promise.hpp"
#include "domain/errors.hpp"

namespace rollcall::actors {

/// The outcome of a write whose request failed with a CAF error. `unavailable`: not executed.
/// `receiver_down`: may have been executed.
inline Error outcome_of_failed_request(const caf::error& failure) {
  return failure == unavailable ? storage_unavailable() : outcome_unknown();
}

}  // namespace rollcall::actors
