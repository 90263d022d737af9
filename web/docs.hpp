// The page at /docs: the OpenAPI document for people.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace rollcall::web {

/// `api`: the document that /openapi.json gives. The page is complete without the script, which
/// adds forms that send requests.
std::string docs_page(const nlohmann::ordered_json& api);

}  // namespace rollcall::web
