// One connection to PostgreSQL, through libpq's functions that never block.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "db/postgres/client/error.hpp"
#include "db/postgres/client/parameters.hpp"
#include "db/postgres/client/result.hpp"
#include "db/postgres/client/target.hpp"
#include "db/statement.hpp"

namespace rollcall::db {

/// A NOTIFY that arrived (postgresql.org/docs, NOTIFY).
struct PgNotification {
  std::string channel;
  std::string payload;
};

/// Whoever owns it waits for its socket and calls: first `continue_connecting`, until connected;
/// then `consume` when the socket is readable, `next` until it returns nothing, `flush` after
/// sending and when the socket is writable. Statements are prepared under their own names. One
/// thread.
class PgConnection {
 public:
  enum class Wants { to_read, to_write, nothing };

  /// Begins to connect. Hosts that need resolving make libpq block: give them an address.
  static tl::expected<PgConnection, PgError> start(const PgTarget& target,
                                                   const std::vector<PgHost>& hosts,
                                                   const std::string& application_name);

  /// Goes on connecting; to be called when the socket is ready for what the last call returned (at
  /// first: to_write). `nothing`: connected. Ask for socket() again afterwards: libpq may have
  /// opened another one.
  tl::expected<Wants, PgError> continue_connecting();
  /// The server's process that serves this connection; 0 while it is not connected.
  int server_process() const;
  /// Owned by libpq: don't close it.
  int socket() const;

  /// Enters pipeline mode: statements may be sent before earlier ones are answered. Scripts are no
  /// longer possible.
  tl::expected<void, PgError> enter_pipeline();
  /// Sends one or more statements without parameters, outside a pipeline; each has a result in
  /// text, up to the first failure. `next` returns nothing after the last one; see `is_idle`.
  tl::expected<void, PgError> send_script(const std::string& sql);
  /// Prepares the statement, and asks for its description. Two results.
  tl::expected<void, PgError> send_prepare(const StatementShape& statement);
  /// Runs a prepared statement; one result.
  template <const auto& declared, class... Params>
  tl::expected<void, PgError> send(const Params&... params) {
    return send_typed(declared, params...);
  }
  /// Ends a segment of the pipeline: after a failure the server skips the rest of the segment. One
  /// result.
  tl::expected<void, PgError> send_sync();

  /// To be called before several segments are sent in a row: the server gets them together, at the
  /// next flush().
  void gather();
  /// Hands what was sent to the kernel; false where some is left, until the socket is writable.
  tl::expected<bool, PgError> flush();
  /// Reads what the socket has, as much as libpq's buffer has room for.
  tl::expected<void, PgError> consume();
  /// Whether the socket has more.
  bool has_unread() const;
  /// The next result, where there is one already.
  std::optional<PgResult> next();
  /// Whether `next` would return a result.
  bool has_result() const;
  /// Whether everything that was sent has been answered.
  bool is_idle() const { return owed_ == 0 && !script_; }
  /// The notifications that arrived since the last call.
  std::vector<PgNotification> notifications();

  pg_conn* handle() const { return handle_.get(); }

 private:
  struct Finish {
    void operator()(pg_conn* handle) const;
  };

  explicit PgConnection(pg_conn* handle)
      : warnings_(std::make_unique<std::vector<PgWarning>>()), handle_(handle) {}

  template <class Row, class... Declared, class... Params>
  tl::expected<void, PgError> send_typed(const Statement<Row, Declared...>& statement,
                                         const Params&... params) {
    static_assert(sizeof...(Declared) == sizeof...(Params));
    const PgParameters parameters(static_cast<const Declared&>(params)...);
    return send_prepared(statement.name.data(), parameters);
  }
  tl::expected<void, PgError> send_prepared(const char* name, const PgParameters& parameters);
  tl::expected<void, PgError> sent(int success, int results);
  PgError lost() const { return connection_error(handle_.get(), PgError::Kind::lost); }

  std::unique_ptr<std::vector<PgWarning>> warnings_;  // libpq keeps its address
  std::unique_ptr<pg_conn, Finish> handle_;
  int owed_ = 0;         // results of a pipeline still to come, syncs among them
  bool script_ = false;  // a script's results are still to come
  bool can_gather_ = true;
  bool gathers_ = false;
};

}  // namespace rollcall::db
