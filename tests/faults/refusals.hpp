// What a daemon answers and reports while PostgreSQL refuses it.
#pragma once

#include <string>

#include "db/postgres/client/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

/// The reason as /ready reports it.
inline std::string summary_of(db::PgError::Kind kind) {
  return std::string(db::PgError{kind, {}}.summary());
}

/// Fails the test unless the response is storage-unavailable with Retry-After.
inline void check_refused(const Response& response, const std::string& target) {
  check_problem(response, 503, "storage-unavailable", target);
  CHECK(response.header("Retry-After").has_value());
}

}  // namespace rollcall::tests
