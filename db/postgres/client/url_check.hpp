// Whether libpq will take what a URL says, before anything connects with it.
#pragma once

#include <optional>
#include <string>

namespace rollcall::db {

/// What is wrong with the URL: a parameter that libpq does not know, a value that the parameter
/// can't have, a port that is none, numbers of hosts, addresses and ports that do not fit. libpq
/// itself tells most of this only when it connects. Names the parameter and what is allowed;
/// repeats no value, for a URL that was split wrongly may have a part of the password anywhere. Not
/// looked at: what a service's file or the environment adds. Does not block.
std::optional<std::string> pg_url_error(const std::string& url);

}  // namespace rollcall::db
