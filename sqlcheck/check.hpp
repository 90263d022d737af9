// Checks every statement of the program on a real engine: whether it matches its declaration in
// C++, and whether it finds its rows by an index.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "db/migrations.hpp"
#include "db/statement.hpp"

namespace rollcall::sqlcheck {

using Errors = std::vector<std::string>;

/// Applies the migrations to a private SQLite database and prepares each statement. An error names
/// the statement, the column or parameter, and what SQLite says. Blocks.
Errors check_on_sqlite(std::span<const db::StatementShape> statements,
                       std::span<const db::Migration> migrations);

/// The same on a PostgreSQL server, in the database that the URL names: an empty one, which has the
/// schema afterwards. Blocks.
Errors check_on_postgres(std::span<const db::StatementShape> statements,
                         std::span<const db::Migration> migrations, const std::string& url);

/// All that the checks depend on, as text: equal texts have equal results.
std::string everything_checked();

}  // namespace rollcall::sqlcheck
