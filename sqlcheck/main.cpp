// The build's check of every SQL statement; sqlcheck/run calls it.
//   sqlcheck list            prints all that the checks depend on
//   sqlcheck sqlite          checks on SQLite
//   sqlcheck postgres URL    checks on that PostgreSQL
#include <iostream>
#include <string>

#include "db/postgres/statements.hpp"
#include "db/statements.hpp"
#include "sqlcheck/check.hpp"

int main(int argc, char** argv) {
  namespace sql = rollcall::db::sql;
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "list") {
    std::cout << rollcall::sqlcheck::everything_checked();
    return 0;
  }
  rollcall::sqlcheck::Errors errors;
  if (what == "sqlite") {
    errors = rollcall::sqlcheck::check_on_sqlite(sql::sqlite::all, rollcall::db::migrations());
  } else if (what == "postgres" && argc > 2) {
    errors = rollcall::sqlcheck::check_on_postgres(sql::postgres::all, rollcall::db::migrations(),
                                                   argv[2]);
  } else {
    std::cerr << "usage: sqlcheck list | sqlite | postgres URL\n";
    return 2;
  }
  for (const std::string& error : errors) std::cerr << error << '\n';
  return errors.empty() ? 0 : 1;
}
