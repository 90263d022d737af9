// What the compiler refuses in a SQL text.
#include "db/sql_scan.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using db::flaw_of;
using db::SqlFlaw;

// What a Statement asks, it asks in the compiler.
static_assert(flaw_of("SELECT id FROM users WHERE id = $1", 1) == SqlFlaw::none);
static_assert(flaw_of("SELECT * FROM users", 0) == SqlFlaw::star);

TEST_CASE("placeholders are contiguous, in order of first appearance") {
  CHECK(flaw_of("SELECT id FROM t WHERE a = $1 AND b = $2", 2) == SqlFlaw::none);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $1 AND b = $1 AND c = $2", 2) == SqlFlaw::none);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $2 AND b = $1", 2) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $1 AND b = $3", 2) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $0", 1) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $01", 1) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $name", 1) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $1a", 1) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $", 0) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = ?", 1) == SqlFlaw::bad_placeholder);
  CHECK(flaw_of("SELECT id FROM t WHERE a = @a", 1) == SqlFlaw::bad_placeholder);
}

TEST_CASE("there are as many placeholders as parameters") {
  CHECK(flaw_of("SELECT id FROM t WHERE a = $1", 0) == SqlFlaw::wrong_parameters);
  CHECK(flaw_of("SELECT id FROM t WHERE a = $1", 2) == SqlFlaw::wrong_parameters);
  CHECK(flaw_of("SELECT id FROM t", 1) == SqlFlaw::wrong_parameters);
}

TEST_CASE("twelve placeholders are counted as twelve") {
  CHECK(flaw_of("VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", 12) == SqlFlaw::none);
}

TEST_CASE("a placeholder inside quotes is text") {
  CHECK(flaw_of("SELECT id FROM t WHERE a = '$1'", 0) == SqlFlaw::none);
  CHECK(flaw_of("SELECT id AS \"$7\" FROM t", 0) == SqlFlaw::none);
  CHECK(flaw_of("SELECT id FROM t WHERE a = 'it''s $2' AND b = $1", 1) == SqlFlaw::none);
}

TEST_CASE("a star for columns is refused") {
  CHECK(flaw_of("select\n  *\nfrom t", 0) == SqlFlaw::star);
  CHECK(flaw_of("SELECT t.* FROM t", 0) == SqlFlaw::star);
  CHECK(flaw_of("SELECT id, * FROM t", 0) == SqlFlaw::star);
  CHECK(flaw_of("SELECT DISTINCT * FROM t", 0) == SqlFlaw::star);
  CHECK(flaw_of("INSERT INTO t (a) VALUES ($1) RETURNING *", 1) == SqlFlaw::star);
}

TEST_CASE("a star that counts or multiplies is allowed") {
  CHECK(flaw_of("SELECT count(*) FROM t", 0) == SqlFlaw::none);
  CHECK(flaw_of("SELECT a * b FROM t", 0) == SqlFlaw::none);
  CHECK(flaw_of("SELECT preselect * b FROM t", 0) == SqlFlaw::none);
}

TEST_CASE("a text is one statement, without comments, with closed quotes") {
  CHECK(flaw_of("DELETE FROM t; DELETE FROM u", 0) == SqlFlaw::several_statements);
  CHECK(flaw_of("DELETE FROM t;", 0) == SqlFlaw::several_statements);
  CHECK(flaw_of("SELECT ';' FROM t", 0) == SqlFlaw::none);
  CHECK(flaw_of("SELECT id -- all\nFROM t", 0) == SqlFlaw::comment);
  CHECK(flaw_of("SELECT id /* all */ FROM t", 0) == SqlFlaw::comment);
  CHECK(flaw_of("SELECT 'id FROM t", 0) == SqlFlaw::unterminated);
  CHECK(flaw_of("SELECT \"id FROM t", 0) == SqlFlaw::unterminated);
  CHECK(flaw_of(" \n ", 0) == SqlFlaw::empty);
  CHECK(flaw_of("", 0) == SqlFlaw::empty);
}

}  // namespace
}  // namespace rollcall::tests
