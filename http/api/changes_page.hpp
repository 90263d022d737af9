// A page of changes as a response.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "domain/change_log.hpp"
#include "http/wire/links.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// created, updated, deleted.
std::string_view name_of(ChangeKind kind);

/// Appends the change as a JSON object, without line breaks.
void append_change(std::string& out, const LoggedChange& change);

/// `query` is that of the request; its other parameters become part of the address of the next
/// page.
Response changes_response(const ChangesPage& page, const ChangesQuery& query, Links links);

/// The JSON Schema of such a page.
nlohmann::ordered_json changes_page_schema(Links links);

}  // namespace rollcall::http
