// JSON Schemas for people. Only of the keywords that the OpenAPI document uses.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "web/html.hpp"

namespace rollcall::web {

using Json = nlohmann::ordered_json;

/// The schema, or the one of `api` to which it refers.
const Json& resolved(const Json& api, const Json& schema);

/// A value that satisfies the schema, made of the examples and defaults in it.
Json example_of(const Json& api, const Json& schema);

/// The type and its limits: "integer, 1 to 500, default 50". References become links.
Html type_in_words(const Json& schema);

/// The members of an object: name, type, description.
Html members_of(const Json& schema);

/// Where the page has the schema of this name.
std::string schema_anchor(std::string_view name);

}  // namespace rollcall::web
