// The value of Last-Modified (RFC 9110 8.8.2).
#pragma once

#include <chrono>
#include <string>

#include "domain/time.hpp"
#include "http/wire/http_date.hpp"

namespace rollcall::http {

/// The end of the second of the change, since a change within the second of a date is later than
/// that date (SinceDate). Empty until then: it would be later than Date (RFC 9110 8.8.2.1), and
/// another change could have the same date. Afterwards too a change can have that date, if it is
/// committed late, or by a node whose clock is behind: a tag is safer.
inline std::string last_modified_of(Timestamp updated_at, Timestamp now) {
  using std::chrono::seconds;
  const auto end = std::chrono::floor<seconds>(updated_at) + seconds{1};
  return end <= now ? to_http_date(end) : std::string();
}

/// The same of a user who is stale: no later change is covered by this date, also one that is
/// unknown here. Without it the client could take Date, by which it would keep the stale user.
inline std::string last_modified_of_stale(Timestamp updated_at) {
  return to_http_date(std::chrono::floor<std::chrono::seconds>(updated_at));
}

}  // namespace rollcall::http
