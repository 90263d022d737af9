#include "db/postgres/handshake.hpp"

namespace rollcall::db {

namespace {

using Kind = PgError::Kind;

constexpr const char* who_is_there =
    "SELECT pg_is_in_recovery(), current_setting('server_version_num'), "
    "to_regclass('schema_migrations') IS NOT NULL, to_regclass('users') IS NOT NULL, "
    "current_setting('transaction_read_only'), "
    "has_function_privilege('pg_control_system()', 'execute') "
    "AND has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')";

constexpr const char* which_server =
    "SELECT (SELECT system_identifier::text FROM pg_control_system()), "
    "CASE WHEN pg_is_in_recovery() THEN '' "
    "ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END, "
    "extract(epoch FROM pg_postmaster_start_time())::text, "
    "pg_is_in_recovery() OR current_setting('transaction_read_only')::bool";

// For a role that may not execute the functions above.
constexpr const char* which_server_at_least =
    "SELECT '', '', extract(epoch FROM pg_postmaster_start_time())::text, "
    "pg_is_in_recovery() OR current_setting('transaction_read_only')::bool";

constexpr std::string_view migrations_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "version bigint NOT NULL PRIMARY KEY CHECK (version >= 1), name text NOT NULL, "
    "oldest_compatible bigint NOT NULL, applied_at bigint NOT NULL)";

PgError schema_error(std::string detail) { return {Kind::schema, std::move(detail)}; }

// Not every error means a schema mismatch; a lock timeout is transient.
PgError refused(PgError error) {
  if (error.schema_mismatch() || error.forbidden()) error.kind = Kind::schema;
  return error;
}

}  // namespace

tl::expected<void, PgError> PgHandshake::begin() {
  const auto limit = options_.patient ? 0 : options_.statement_timeout.count();
  const auto timeout = std::to_string(limit);
  const auto locks = std::to_string(limit / 2);
  const auto idle = std::to_string(10 * options_.statement_timeout.count());
  return send(Step::look, "SET client_min_messages = warning; SET statement_timeout = " + timeout +
                              "; SET lock_timeout = " + locks +
                              (options_.unflushed ? "; SET synchronous_commit = off" : "") +
                              "; SET idle_in_transaction_session_timeout = " + idle + "; " +
                              who_is_there);
}

tl::expected<bool, PgError> PgHandshake::go_on() {
  while (true) {
    while (auto result = connection_.next()) {
      heard_ = true;
      if (auto taken = take(*result); !taken) return tl::unexpected(std::move(taken.error()));
    }
    if (!connection_.is_idle()) return false;
    if (step_ == Step::done) return true;
    if (auto finished = finish_step(); !finished) {
      return tl::unexpected(std::move(finished.error()));
    }
    if (step_ == Step::done) return true;
  }
}

tl::expected<void, PgError> PgHandshake::take(const PgResult& result) {
  if (step_ == Step::prepare) return take_prepared(result);
  if (step_ == Step::renew) return renewal_->take(result);
  if (!result.is_good()) {
    if (step_ != Step::migrate) return tl::unexpected(refused(result.error("at the start")));
    failed_ = result.error("migration " + report_.applied.back() + " failed");
    if (failed_->connection_lost()) return tl::unexpected(*failed_);
    return {};
  }
  if (step_ == Step::look && result.rows() == 1) return look(result);
  if (step_ == Step::identify && result.rows() == 1) {
    server_ = {std::string(result.text(0, 0)), std::string(result.text(0, 1)),
               std::string(result.text(0, 2)), result.text(0, 3) == "t"};
  }
  if (step_ == Step::versions) {
    for (int i = 0; i < result.rows(); ++i) {
      versions_.push_back({result.number(i, 0), result.number(i, 1)});
    }
  }
  if (step_ == Step::catalog) catalog_.emplace(result);
  return {};
}

tl::expected<void, PgError> PgHandshake::look(const PgResult& result) {
  // The features that we use are in older versions too; 14 is the oldest that is tested.
  constexpr int oldest_server = 140'000;
  if (result.text(0, 0) == "t" && !options_.standby) {
    return tl::unexpected(PgError{Kind::read_only, "the server is in recovery"});
  }
  if (result.text(0, 4) == "on" && options_.migrate) {
    return tl::unexpected(PgError{Kind::read_only, "its default_transaction_read_only is on"});
  }
  if (result.number(0, 1) < oldest_server) {
    return tl::unexpected(schema_error("the server is older than PostgreSQL 14"));
  }
  has_schema_ = result.text(0, 2) == "t";
  may_identify_ = result.text(0, 5) == "t";
  if (!has_schema_ && result.text(0, 3) == "t") {
    return tl::unexpected(schema_error(
        "the database is another program's: it has a table users and no schema_migrations"));
  }
  return {};
}

// What follows when all results of a step are there.
tl::expected<void, PgError> PgHandshake::finish_step() {
  constexpr const char* select_versions =
      "SELECT version, oldest_compatible FROM schema_migrations ORDER BY version";
  switch (step_) {
    case Step::look:
      return send(Step::identify, may_identify_ ? which_server : which_server_at_least);
    case Step::identify:
      if (has_schema_) return send(Step::versions, select_versions);
      return judge_versions();
    case Step::versions:
      return judge_versions();
    case Step::renew:
      return go_on_renewing();
    case Step::migrate:
      if (failed_) return send(Step::roll_back, "ROLLBACK");
      has_schema_ = true;
      versions_.clear();
      return send(Step::versions, select_versions);
    case Step::roll_back:
      // Perhaps another node was quicker: look again.
      versions_.clear();
      report_.applied.pop_back();
      return send(Step::look, who_is_there);
    case Step::catalog:
      return prepare_all();
    case Step::prepare:
      step_ = Step::done;
      return {};
    case Step::done:
      return {};
  }
  return {};
}

tl::expected<void, PgError> PgHandshake::judge_versions() {
  const auto version = schema_version(versions_, static_cast<int>(options_.known.size()));
  if (!version) return tl::unexpected(schema_error("the database " + version.error()));
  if (failed_ && *version < migrating_to_) return tl::unexpected(schema_error(failed_->detail));
  if (!first_version_) first_version_ = report_.before = *version;
  report_.after = *version;
  if (options_.only_look) {
    report_ = missing_migrations(*version, options_.known);
    step_ = Step::done;
    return {};
  }
  for (const Migration& migration : options_.known) {
    if (migration.version <= *version) continue;
    if (options_.migrate && migration.renews_keys && !renewal_) return go_on_renewing();
    if (options_.migrate) return send_migration(migration);
    return tl::unexpected(schema_error("the database lacks migration " + title_of(migration) +
                                       ": run `rollcall migrate`"));
  }
  if (options_.migrate && options_.renew_keys == RenewKeys::always && !renewal_) {
    return go_on_renewing();
  }
  return send(Step::catalog, PgCatalog::query());
}

tl::expected<void, PgError> PgHandshake::go_on_renewing() {
  if (!renewal_) renewal_.emplace();
  if (const auto script = renewal_->next()) return send(Step::renew, *script);
  report_.keys = renewal_->total();
  return judge_versions();
}

tl::expected<void, PgError> PgHandshake::send_migration(const Migration& migration) {
  report_.applied.push_back(title_of(migration));
  migrating_to_ = migration.version;
  failed_.reset();
  // Where another node was faster, the primary key makes the INSERT fail before the migration
  // itself changes anything.
  return send(Step::migrate,
              std::string(begin_migrating) + std::string(migrations_table) +
                  "; INSERT INTO schema_migrations (version, name, oldest_compatible, applied_at) "
                  "VALUES (" +
                  std::to_string(migration.version) + ", '" + std::string(migration.name) + "', " +
                  std::to_string(migration.oldest_compatible) +
                  ", (extract(epoch FROM clock_timestamp()) * 1000)::bigint); " +
                  std::string(migration.postgres) + "; COMMIT");
}

tl::expected<void, PgError> PgHandshake::prepare_all() {
  if (auto entered = connection_.enter_pipeline(); !entered) return entered;
  step_ = Step::prepare;
  for (const StatementShape& statement : options_.statements) {
    if (auto sent = connection_.send_prepare(statement); !sent) return sent;
  }
  if (auto sent = connection_.send_sync(); !sent) return sent;
  if (auto flushed = connection_.flush(); !flushed) return tl::unexpected(flushed.error());
  return {};
}

// Two results of each statement: prepared, described.
tl::expected<void, PgError> PgHandshake::take_prepared(const PgResult& result) {
  if (result.is_sync()) return {};
  // Behind the last statement: the server ends the connection, as when it shuts down.
  if (prepared_ / 2 == options_.statements.size()) {
    return tl::unexpected(refused(result.error("after the statements")));
  }
  const StatementShape& statement = options_.statements[prepared_ / 2];
  const std::string what = "statement " + std::string(statement.name);
  const bool described = prepared_++ % 2 == 1;
  if (!result.is_good()) return tl::unexpected(refused(result.error(what)));
  if (!described) return {};
  if (const auto mismatch = schema_mismatch_of(statement, result, *catalog_)) {
    return tl::unexpected(schema_error(what + ": " + *mismatch));
  }
  return {};
}

tl::expected<void, PgError> PgHandshake::send(Step step, const std::string& script) {
  step_ = step;
  if (auto sent = connection_.send_script(script); !sent) return sent;
  if (auto flushed = connection_.flush(); !flushed) return tl::unexpected(flushed.error());
  return {};
}

}  // namespace rollcall::db
