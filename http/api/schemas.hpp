// The JSON Schemas of the OpenAPI document.
#pragma once

#include <nlohmann/json.hpp>

#include "http/wire/links.hpp"

namespace rollcall::http {

/// By name; made of the table of a user's fields (domain/user_fields.hpp) and that of problems.
nlohmann::ordered_json schemas(Links links);

}  // namespace rollcall::http
