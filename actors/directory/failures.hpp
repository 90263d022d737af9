// The failures that actors tell their askers, worded for the client.
#pragma once

#include <caf/error.hpp>

#include "actors/runtime/answer.hpp"
#include "domain/error.hpp"

namespace rollcall::actors {

inline Error storage_unavailable() {
  return {ErrorCode::storage_unavailable, "The database can't be used at the moment."};
}

inline Error deadline_exceeded() {
  return {ErrorCode::deadline_exceeded, "The request was not done in time, and was not applied."};
}

inline Error outcome_unknown() {
  return {ErrorCode::outcome_unknown,
          "The write may or may not have been applied; read before repeating it."};
}

/// What became of a write whose request failed with a CAF error: only `unavailable` promises that
/// nobody acted on it.
inline Error fate_of_write(const caf::error& failure) {
  return failure == unavailable ? storage_unavailable() : outcome_unknown();
}

}  // namespace rollcall::actors
