// What the check of SQL texts at compile time refuses.
#include "db/sql_scan.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using db::defect_of;
using db::SqlDefect;

// The constructor of Statement does this check at compile time.
static_assert(defect_of("SELECT id FROM users WHERE id = $1", 1) == SqlDefect::none);
static_assert(defect_of("SELECT * FROM users", 0) == SqlDefect::star);

TEST_CASE("placeholders are contiguous, in order of first appearance") {
  CHECK(defect_of("SELECT id FROM t WHERE a = $1 AND b = $2", 2) == SqlDefect::none);
  CHECK(defect_of("SELECT id FROM t WHERE a = $1 AND b = $1 AND c = $2", 2) == SqlDefect::none);
  CHECK(defect_of("SELECT id FROM t WHERE a = $2 AND b = $1", 2) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = $1 AND b = $3", 2) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = $0", 1) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = $01", 1) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = $name", 1) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = $1a", 1) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = $", 0) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = ?", 1) == SqlDefect::bad_placeholder);
  CHECK(defect_of("SELECT id FROM t WHERE a = @a", 1) == SqlDefect::bad_placeholder);
}

TEST_CASE("there are as many placeholders as parameters") {
  CHECK(defect_of("SELECT id FROM t WHERE a = $1", 0) == SqlDefect::wrong_parameters);
  CHECK(defect_of("SELECT id FROM t WHERE a = $1", 2) == SqlDefect::wrong_parameters);
  CHECK(defect_of("SELECT id FROM t", 1) == SqlDefect::wrong_parameters);
}

TEST_CASE("twelve placeholders are counted as twelve") {
  CHECK(defect_of("VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", 12) ==
        SqlDefect::none);
}

TEST_CASE("a placeholder inside quotes is text") {
  CHECK(defect_of("SELECT id FROM t WHERE a = '$1'", 0) == SqlDefect::none);
  CHECK(defect_of("SELECT id AS \"$7\" FROM t", 0) == SqlDefect::none);
  CHECK(defect_of("SELECT id FROM t WHERE a = 'it''s $2' AND b = $1", 1) == SqlDefect::none);
}

TEST_CASE("a star for columns is refused") {
  CHECK(defect_of("select\n  *\nfrom t", 0) == SqlDefect::star);
  CHECK(defect_of("SELECT t.* FROM t", 0) == SqlDefect::star);
  CHECK(defect_of("SELECT id, * FROM t", 0) == SqlDefect::star);
  CHECK(defect_of("SELECT DISTINCT * FROM t", 0) == SqlDefect::star);
  CHECK(defect_of("INSERT INTO t (a) VALUES ($1) RETURNING *", 1) == SqlDefect::star);
}

TEST_CASE("a star that counts or multiplies is allowed") {
  CHECK(defect_of("SELECT count(*) FROM t", 0) == SqlDefect::none);
  CHECK(defect_of("SELECT a * b FROM t", 0) == SqlDefect::none);
  CHECK(defect_of("SELECT preselect * b FROM t", 0) == SqlDefect::none);
}

TEST_CASE("a text is one statement, without comments, with closed quotes") {
  CHECK(defect_of("DELETE FROM t; DELETE FROM u", 0) == SqlDefect::several_statements);
  CHECK(defect_of("DELETE FROM t;", 0) == SqlDefect::several_statements);
  CHECK(defect_of("SELECT ';' FROM t", 0) == SqlDefect::none);
  CHECK(defect_of("SELECT id -- all\nFROM t", 0) == SqlDefect::comment);
  CHECK(defect_of("SELECT id /* all */ FROM t", 0) == SqlDefect::comment);
  CHECK(defect_of("SELECT 'id FROM t", 0) == SqlDefect::unterminated);
  CHECK(defect_of("SELECT \"id FROM t", 0) == SqlDefect::unterminated);
  CHECK(defect_of(" \n ", 0) == SqlDefect::empty);
  CHECK(defect_of("", 0) == SqlDefect::empty);
}

}  // namespace
}  // namespace rollcall::tests
