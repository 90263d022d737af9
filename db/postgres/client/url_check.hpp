// Whether libpq will take what a URL says, before anything connects with it.
#pragma once

#include <optional>
#include <string>

namespace rollcall::db {

/// What is wrong with the URL: a parameter that libpq does not know, a value that the parameter
/// can't have, an invalid port, or numbers of hosts, addresses and ports that do not match. libpq
/// itself reports most of this only when it connects. The error names the parameter and what is
/// allowed; it repeats no value, for in a URL that was split wrongly any value may have a part of
/// the password. Does not check what a service file or the environment adds. Does not block.
std::optional<std::string> pg_url_error(const std::string& url);

}  // namespace rollcall::db
