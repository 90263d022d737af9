// The form on /docs that sends a request. docs.js shows it, and does the sending.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "web/html.hpp"

namespace rollcall::web {

/// `method` in upper case; `operation`: that of the OpenAPI document `api` at this path.
Html try_form(const nlohmann::ordered_json& api, std::string_view method, std::string_view path,
              const nlohmann::ordered_json& operation);

}  // namespace rollcall::web
