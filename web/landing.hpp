// The page that a browser sees at /.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace rollcall::web {

/// A body for POST /users that has two faults.
inline constexpr std::string_view mistaken_user = R"({"nmae":"Ada"})";

/// `api`: the document that /openapi.json gives. `address`: the URL of the service, without a slash
/// at the end, which the examples name; may be anything. `problem`: the document that answers
/// `mistaken_user`.
std::string landing_page(const nlohmann::ordered_json& api, std::string_view address,
                         std::string_view problem);

}  // namespace rollcall::web
