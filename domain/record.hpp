// The fields of a user that the server keeps, and what a client expects of them.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/error.hpp"
#include "domain/precondition.hpp"
#include "domain/time.hpp"

namespace rollcall {

/// The fields of a stored user that each write may change, or that never change.
struct Record {
  std::int64_t version;
  Timestamp created_at;
  Timestamp updated_at;
};

/// What a client has given of them in a body. A change is applied only to a user that has the same;
/// what is absent allows every user.
struct ExpectedRecord {
  std::optional<std::int64_t> version{};
  std::optional<Timestamp> created_at{};
  std::optional<Timestamp> updated_at{};
};

/// Why a user with this record must not be changed: precondition_failed, or else validation_failed,
/// which names every field that is not as expected. Nothing if it may be changed.
std::optional<Error> refuse(const Record& record, const Precondition& precondition,
                            const ExpectedRecord& expected);

}  // namespace rollcall
