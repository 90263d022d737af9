// The value of Last-Modified (RFC 9110 8.8.2).
#pragma once

#include <chrono>
#include <string>

#include "domain/time.hpp"
#include "http/wire/http_date.hpp"

namespace rollcall::http {

/// Empty until the second of the change has ended: until then another change can have the same
/// date, and a client could not tell the two apart (RFC 9110 8.8.2.2). Afterwards too a change can
/// have that date, if it is committed late, or by a node whose clock is behind: a tag is safer.
inline std::string last_modified_of(Timestamp updated_at, Timestamp now) {
  using std::chrono::seconds;
  const auto second = std::chrono::floor<seconds>(updated_at);
  return second < std::chrono::floor<seconds>(now) ? to_http_date(second) : std::string();
}

}  // namespace rollcall::http
