// A page of changes as a response.
#pragma once

#include <nlohmann/json.hpp>

#include "domain/change_log.hpp"
#include "http/wire/links.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// `query` is that of the request; its other parameters become part of the address of the next
/// page.
Response changes_response(const ChangesPage& page, const ChangesQuery& query, Links links);

/// The JSON Schema of such a page.
nlohmann::ordered_json changes_page_schema(Links links);

}  // namespace rollcall::http
