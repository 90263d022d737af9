#include "http/wire/cors.hpp"

#include <algorithm>

#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

// How long a browser may keep the answer to a preflight, in seconds; none keeps it for longer.
constexpr std::string_view max_age = "7200";

std::string lines_for(std::string_view origin) {
  std::string lines;
  append(lines, {"Access-Control-Allow-Origin: ", origin,
                 "\r\nAccess-Control-Expose-Headers: ", cors_response_fields, "\r\n"});
  return lines;
}

}  // namespace

Cors::Cors(const std::vector<std::string>& origins)
    : every_origin_(std::find(origins.begin(), origins.end(), "*") != origins.end()) {
  if (every_origin_) {
    for_others_ = lines_for("*");  // the same for all requests, so that no answer varies
    return;
  }
  if (origins.empty()) return;
  for_others_ = "Vary: Origin\r\n";
  for (const auto& origin : origins) {
    by_origin_.emplace_back(origin, lines_for(origin) + for_others_);
  }
}

const std::string* Cors::lines_of(const Request& request) const {
  if (by_origin_.empty()) return nullptr;
  const auto origin = request.field("Origin");
  if (!origin) return nullptr;
  const auto found = std::find_if(by_origin_.begin(), by_origin_.end(),
                                  [&](const auto& each) { return each.first == *origin; });
  return found == by_origin_.end() ? nullptr : &found->second;
}

bool Cors::allows(const Request& request) const {
  return every_origin_ ? request.field("Origin").has_value() : lines_of(request) != nullptr;
}

std::string_view Cors::fields_for(const Request& request) const {
  const auto* lines = lines_of(request);
  return lines != nullptr ? *lines : for_others_;
}

std::string Cors::preflight_fields(const Request& request, std::string_view methods) const {
  std::string lines;
  if (!allows(request) || !request.field("Access-Control-Request-Method")) return lines;
  append(lines, {"Access-Control-Allow-Methods: ", methods, "\r\nAccess-Control-Allow-Headers: ",
                 cors_request_fields, "\r\nAccess-Control-Max-Age: ", max_age, "\r\n"});
  return lines;
}

}  // namespace rollcall::http
