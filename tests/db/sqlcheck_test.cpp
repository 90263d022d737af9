// The build's check of the SQL finds each kind of mistake, and names it.
#include "db/postgres/database.hpp"
#include "db/postgres/statements.hpp"
#include "sqlcheck/check.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/postgres/cluster.hpp"

namespace rollcall::tests {
namespace {

using db::IdRow;
using db::Migration;
using db::Statement;
using db::Text;
using sqlcheck::Errors;

struct NotNullEmailRow {
  Text email{};
};

}  // namespace
}  // namespace rollcall::tests

template <>
inline constexpr auto rollcall::db::columns_of<rollcall::tests::NotNullEmailRow> =
    std::tuple{Column{"email", &rollcall::tests::NotNullEmailRow::email}};

namespace rollcall::tests {
namespace {

constexpr Statement<IdRow, std::int64_t> misspelt{"misspelt",
                                                  "SELECT id FROM users WHERE idd = $1"};
constexpr Statement<IdRow, Text> wrong_parameter{"wrong_parameter",
                                                 "SELECT id FROM users WHERE id = $1"};
constexpr Statement<NotNullEmailRow, std::int64_t> careless{
    "careless", "SELECT email FROM users WHERE id = $1"};
constexpr Statement<IdRow, Text> by_name{"by_name", "SELECT id FROM users WHERE name = $1"};
constexpr Statement<IdRow, Text> every_name{"every_name", "SELECT id FROM users WHERE name = $1",
                                            db::Scan::meant};

constexpr std::string_view make_index = "CREATE INDEX names_for_test ON users (name);";
constexpr std::string_view drop_index = "DROP INDEX names_for_test;";

// The program's migrations followed by these.
std::vector<Migration> migrations_and(std::initializer_list<std::string_view> more) {
  std::vector<Migration> all(db::migrations().begin(), db::migrations().end());
  for (const auto sql : more) {
    all.push_back({static_cast<int>(all.size()) + 1, "test", 1, sql, sql});
  }
  return all;
}

struct CheckedOn {
  const char* engine;
  Errors (*check)(const db::StatementShape&, std::span<const Migration>);
};

Errors on_sqlite(const db::StatementShape& statement, std::span<const Migration> migrations) {
  return sqlcheck::check_on_sqlite({&statement, 1}, migrations);
}
Errors on_postgres(const db::StatementShape& statement, std::span<const Migration> migrations) {
  const PgDatabase database;
  return sqlcheck::check_on_postgres({&statement, 1}, migrations, database.url());
}
auto both() {
  return GENERATE(CheckedOn{"SQLite", on_sqlite}, CheckedOn{"PostgreSQL", on_postgres});
}

bool says(const Errors& errors, std::initializer_list<const char*> words) {
  if (errors.size() != 1) return false;
  for (const char* word : words) {
    if (errors.front().find(word) == std::string::npos) return false;
  }
  return true;
}

TEST_CASE("every statement of the program passes on both engines") {
  CHECK(sqlcheck::check_on_sqlite(db::sql::sqlite::all, db::migrations()) == Errors{});
  const PgDatabase database;
  CHECK(sqlcheck::check_on_postgres(db::sql::postgres::all, db::migrations(), database.url()) ==
        Errors{});
}

TEST_CASE("a misspelt column is reported with the statement's name and the engine's message") {
  const auto on = both();
  const auto errors = on.check(db::shape<misspelt>, db::migrations());
  CAPTURE(errors);
  CHECK(says(errors, {on.engine, "statement misspelt", "column", "idd"}));
}

TEST_CASE("a parameter of another type than C++ sends is reported") {
  const auto errors = on_postgres(db::shape<wrong_parameter>, db::migrations());
  CAPTURE(errors);
  CHECK(says(errors, {"statement wrong_parameter", "parameter $1", "bigint", "text is expected"}));
}

TEST_CASE("a column that may be null and is read as if it could not is reported") {
  const auto on = both();
  const auto errors = on.check(db::shape<careless>, db::migrations());
  CAPTURE(errors);
  CHECK(says(errors, {on.engine, "statement careless", "column email", "NULL"}));
}

TEST_CASE("a statement that reads a whole table is reported, unless it is declared to") {
  const auto on = both();
  const auto errors = on.check(db::shape<by_name>, db::migrations());
  CAPTURE(errors);
  CHECK(says(errors, {on.engine, "statement by_name", "reads a whole table"}));
  CHECK(on.check(db::shape<every_name>, db::migrations()) == Errors{});
}

TEST_CASE("a dropped index is reported with the statement that needs it") {
  const auto on = both();
  CHECK(on.check(db::shape<by_name>, migrations_and({make_index})) == Errors{});
  const auto errors = on.check(db::shape<by_name>, migrations_and({make_index, drop_index}));
  CAPTURE(errors);
  CHECK(says(errors, {on.engine, "statement by_name", "reads a whole table"}));
}

TEST_CASE("start-up refuses a PostgreSQL that no longer matches, and names statement and column") {
  const PgDatabase database;
  const auto target = db::PgTarget::parse(database.url()).value();
  REQUIRE(db::prepare_postgres(target, patience).has_value());
  database.client().execute("ALTER TABLE users RENAME COLUMN email TO mail");
  const auto renamed = db::prepare_postgres(target, patience);
  REQUIRE_FALSE(renamed.has_value());
  CHECK(renamed.error().kind == db::PgError::Kind::schema);
  CHECK(says({renamed.error().detail}, {"statement find_users", "column \"email\""}));
  database.client().execute(
      "ALTER TABLE users RENAME COLUMN mail TO email; "
      "ALTER TABLE users ALTER COLUMN version TYPE integer");
  const auto retyped = db::prepare_postgres(target, patience);
  REQUIRE_FALSE(retyped.has_value());
  CHECK(says({retyped.error().detail}, {"statement find_users", "column version", "bigint"}));
}

}  // namespace
}  // namespace rollcall::tests
