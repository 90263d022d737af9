// A PostgreSQL connection that blocks: for start-up and the command line, never for a loop.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "db/postgres/client/connection.hpp"
#include "db/postgres/handshake.hpp"

namespace rollcall::db {

/// PgHandshakeOptions::statement_timeout for commands. A session lifts the limits of statements and
/// locks (a batch of 100,000 imported users takes seconds), so this only bounds idle transactions:
/// the server ends a session that is idle in one for ten times as long.
inline constexpr std::chrono::seconds command_statement_timeout{60};

/// A line for whoever runs a command.
void say_on_stderr(const std::string& line);

struct PgSessionOptions {
  std::chrono::milliseconds connect_timeout{1'000};
  std::string application_name = "rollcall";
  /// Called at most once by open(), when the server has waited for a lock for longer than
  /// connect_timeout. The text says who holds the lock.
  std::function<void(const std::string&)> on_wait = say_on_stderr;
  PgHandshakeOptions handshake{};
};

/// Connected, checked and in pipeline mode. Each call blocks for as long as the server takes, locks
/// of other sessions included. After an error with connection_lost() it is not to be used any more.
/// One thread at a time.
class PgSession {
 public:
  /// Tries each address of the URL in turn. connect_timeout limits, for each address, connecting
  /// and each wait for an answer of the handshake, except while the server works or waits for a
  /// lock. It does not limit the lookup of host names. The error is the last one; that of a server
  /// that refuses has priority.
  static tl::expected<PgSession, PgError> open(const PgTarget& target, PgSessionOptions options);

  /// What the handshake found and did.
  const MigrationReport& migrations() const { return migrations_; }

  /// Runs one prepared statement to its end, for instance `run<sql::find_user>(id)`. Outside BEGIN
  /// and COMMIT it is a transaction of its own.
  template <const auto& declared, class... Params>
  tl::expected<PgResult, PgError> run(const Params&... params) {
    if (auto sent = connection_.send<declared>(params...); !sent) {
      return tl::unexpected(std::move(sent.error()));
    }
    return finish(declared.name);
  }
  /// Sends a statement without waiting; `finish_all` waits for these.
  template <const auto& declared, class... Params>
  tl::expected<void, PgError> post(const Params&... params) {
    return connection_.send<declared>(params...);
  }
  /// Waits for all that was posted. The results in order; or the first error: what was posted after
  /// it was skipped.
  tl::expected<std::vector<PgResult>, PgError> finish_all();

 private:
  PgSession(PgConnection connection, MigrationReport migrations)
      : connection_(std::move(connection)), migrations_(std::move(migrations)) {}

  static tl::expected<PgSession, PgError> open_at(const PgTarget& target, const PgHost& address,
                                                  const PgSessionOptions& options);
  tl::expected<PgResult, PgError> finish(std::string_view name);

  PgConnection connection_;
  MigrationReport migrations_;
};

}  // namespace rollcall::db
