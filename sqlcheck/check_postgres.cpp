#include <libpq-fe.h>

#include <memory>

#include "db/postgres/session.hpp"
#include "sqlcheck/check.hpp"

namespace rollcall::sqlcheck {

namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Result run(const Connection& connection, const std::string& sql) {
  return {PQexec(connection.get(), sql.c_str()), &PQclear};
}

bool is_planned(std::string_view text) {
  for (const std::string_view verb : {"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "}) {
    if (text.starts_with(verb)) return true;
  }
  return false;
}

// A line of EXPLAIN that is a node of the plan, not a detail of one.
bool is_node(const std::string& line) { return line.find("(cost=") != std::string::npos; }

// The node of a plan that reads a whole table; empty where there is none. That is a sequential scan
// (disabled here, so there was no other plan), or an index scan without a condition.
std::string scan_in(const Connection& connection, const db::StatementShape& statement) {
  std::string call = "EXPLAIN EXECUTE \"" + std::string(statement.name) + "\"";
  for (std::size_t i = 0; i < statement.parameters.size(); ++i) {
    call += i == 0 ? "(NULL" : ", NULL";
  }
  if (!statement.parameters.empty()) call += ")";
  const auto prepared = Result(PQprepare(connection.get(), std::string(statement.name).c_str(),
                                         std::string(statement.text).c_str(), 0, nullptr),
                               &PQclear);
  const auto plan = run(connection, call);
  if (PQresultStatus(plan.get()) != PGRES_TUPLES_OK) return PQerrorMessage(connection.get());
  std::string index_scan;
  for (int i = 0; i < PQntuples(plan.get()); ++i) {
    std::string line = PQgetvalue(plan.get(), i, 0);
    if (line.find("Seq Scan on") != std::string::npos) return line;
    if (is_node(line)) {
      if (!index_scan.empty()) return index_scan;
      const bool by_index = line.find("Index Scan") != std::string::npos ||
                            line.find("Index Only Scan") != std::string::npos;
      if (by_index) index_scan = line;
    } else if (line.find("Index Cond:") != std::string::npos) {
      index_scan.clear();
    }
  }
  return index_scan;
}

}  // namespace

Errors check_on_postgres(std::span<const db::StatementShape> statements,
                         std::span<const db::Migration> migrations, const std::string& url) {
  const auto target = db::PgTarget::parse(url);
  if (!target) return {"PostgreSQL: the URL " + target.error()};
  db::PgSessionOptions options;
  options.connect_timeout = std::chrono::seconds{10};
  options.handshake.known = migrations;
  options.handshake.migrate = true;
  if (const auto migrated = db::PgSession::open(*target, options); !migrated) {
    return {"PostgreSQL: " + migrated.error().explained()};
  }
  const Connection planner(PQconnectdb(url.c_str()), &PQfinish);
  run(planner,
      "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; "
      "SET enable_bitmapscan = off");
  Errors errors;
  for (const db::StatementShape& statement : statements) {
    options.handshake.statements = {&statement, 1};
    if (const auto opened = db::PgSession::open(*target, options); !opened) {
      errors.push_back("PostgreSQL: " + opened.error().detail);
    } else if (is_planned(statement.text) && statement.scan == db::Scan::never) {
      if (const auto scan = scan_in(planner, statement); !scan.empty()) {
        errors.push_back("PostgreSQL: statement " + std::string(statement.name) +
                         " reads a whole table, and is not marked as meant to: " + scan);
      }
    }
  }
  return errors;
}

}  // namespace rollcall::sqlcheck
