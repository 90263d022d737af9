// Which pages of other origins a browser lets read answers and send requests (the Fetch Standard,
// 3.2 "CORS protocol").
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/wire/request.hpp"

namespace rollcall::http {

/// The fields of requests that the API reads, beside those that a page may always send.
inline constexpr std::string_view cors_request_fields =
    "Accept, Cache-Control, Content-Type, Idempotency-Key, If-Match, If-Modified-Since, "
    "If-None-Match, If-Unmodified-Since, Last-Event-ID, Prefer, Request-Timeout, traceparent";

/// The fields of answers that the API sends, beside those that a page may always read.
inline constexpr std::string_view cors_response_fields =
    "Accept, Accept-Encoding, Accept-Patch, Age, Allow, Cache-Status, Date, ETag, "
    "Idempotency-Replayed, Link, Location, Preference-Applied, Retry-After, Vary";

/// The origins that are allowed, with the field lines for each, rendered once. Cookies and other
/// credentials are not: the API has none.
class Cors {
 public:
  /// No origin is allowed, and no answer has a field of CORS.
  Cors() = default;
  /// `origins`: as browsers send them; `*` allows every page. None: as above.
  explicit Cors(const std::vector<std::string>& origins);

  /// Whether the request names an origin that is allowed.
  bool allows(const Request& request) const;
  /// The field lines, each with its CRLF, that the answer to the request has: those that let its
  /// page read the answer, if its origin is allowed; and Vary, if answers differ by origin. Valid
  /// as long as this.
  std::string_view fields_for(const Request& request) const;
  /// The field lines that the answer to OPTIONS has, beside those: of a preflight by a page that is
  /// allowed, what the page may send; else none. `methods`: those of the path.
  std::string preflight_fields(const Request& request, std::string_view methods) const;

 private:
  const std::string* lines_of(const Request& request) const;

  std::vector<std::pair<std::string, std::string>> by_origin_{};  // the lines of each
  std::string for_others_{};
  bool every_origin_ = false;
};

}  // namespace rollcall::http
