// What a connection does between being connected and serving: identifies the server, migrates or
// checks the schema, prepares and checks its statements.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "db/migrations.hpp"
#include "db/postgres/client/connection.hpp"
#include "db/postgres/key_renewal.hpp"
#include "db/postgres/schema_mismatch.hpp"

namespace rollcall::db {

/// Identifies a server, by what a role without special privileges can read.
struct PgServer {
  std::string system{};    // its system identifier; empty where the role may not know it
  std::string timeline{};  // eight hexadecimal digits; empty in recovery, or if not readable
  std::string started{};   // when its postmaster started, in seconds since 1970
  bool read_only = false;  // also of a standby

  /// Whether both are the same run of the same server. A restarted server counts as another one: it
  /// may have been restored from a backup.
  bool is(const PgServer& other) const {
    return system == other.system && timeline == other.timeline && started == other.started;
  }
};

struct PgHandshakeOptions {
  std::span<const StatementShape> statements{};  // to be prepared
  std::span<const Migration> known = migrations();
  bool migrate = false;  // apply missing migrations (needs a writable server); else an error
  RenewKeys renew_keys = RenewKeys::with_migration;  // with `migrate`
  bool only_look = false;  // only report what is missing; prepares no statements
  bool standby = false;    // accept a server in recovery
  std::chrono::milliseconds statement_timeout{1'000};  // server-side; lock_timeout is half of it
  bool patient = false;    // no limit to statements and locks: whoever runs a command waits
  bool unflushed = false;  // synchronous_commit = off: commits need not survive a crash
};

/// Takes a new connection through the handshake. Never blocks. At the end the connection is in
/// pipeline mode, except with only_look. Nodes that migrate at the same time wait for each other:
/// each migration runs in a transaction under an advisory lock, and first checks whether it is
/// still missing. Settings of the session are made by SET, not by start-up parameters, which
/// PgBouncer refuses.
class PgHandshake {
 public:
  PgHandshake(PgConnection& connection, PgHandshakeOptions options)
      : connection_(connection), options_(options) {}

  /// Sends the first statements.
  tl::expected<void, PgError> begin();
  /// Processes what has arrived; call it after each consume(). True when it is done.
  tl::expected<bool, PgError> go_on();
  /// Whether any result has arrived: the server is up and answers.
  bool has_heard() const { return heard_; }
  /// A migration is under way, which may take as long as the tables are large.
  bool is_migrating() const { return step_ == Step::migrate || step_ == Step::renew; }
  /// The schema found, and the migrations applied. Complete when the handshake is done.
  const MigrationReport& report() const { return report_; }
  /// Complete when the handshake is done.
  const PgServer& server() const { return server_; }

 private:
  enum class Step { look, identify, versions, renew, migrate, roll_back, catalog, prepare, done };

  tl::expected<void, PgError> take(const PgResult& result);
  tl::expected<void, PgError> finish_step();
  tl::expected<void, PgError> look(const PgResult& result);
  tl::expected<void, PgError> judge_versions();
  tl::expected<void, PgError> send_migration(const Migration& migration);
  tl::expected<void, PgError> go_on_renewing();
  tl::expected<void, PgError> prepare_all();
  tl::expected<void, PgError> take_prepared(const PgResult& result);
  tl::expected<void, PgError> send(Step step, const std::string& script);

  PgConnection& connection_;
  PgHandshakeOptions options_;
  Step step_ = Step::look;
  bool heard_ = false;
  std::optional<PgError> failed_{};  // of the migration that is under way
  int migrating_to_ = 0;             // its version
  bool has_schema_ = false;
  bool may_identify_ = false;
  PgServer server_{};
  std::vector<SchemaRow> versions_{};
  std::optional<int> first_version_{};
  std::optional<PgKeyRenewal> renewal_{};  // also once it is done
  MigrationReport report_{};
  std::optional<PgCatalog> catalog_{};
  std::size_t prepared_ = 0;  // results of prepare_all() so far
};

}  // namespace rollcall::db
