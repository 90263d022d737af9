#include "http/wire/cache_control.hpp"

#include <algorithm>
#include <restinio/helpers/http_field_parsers/cache-control.hpp>

namespace rollcall::http {

bool says_no_cache(const Request& request) {
  using restinio::http_field_parsers::cache_control_value_t;
  return std::any_of(request.fields.begin(), request.fields.end(), [](const Field& field) {
    if (!equal_ignoring_case(field.name, "Cache-Control")) return false;
    const auto parsed = cache_control_value_t::try_parse(field.value);
    return !parsed || std::any_of(parsed->directives.begin(), parsed->directives.end(),
                                  [](const auto& each) { return each.first == "no-cache"; });
  });
}

}  // namespace rollcall::http
