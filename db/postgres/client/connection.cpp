#include "db/postgres/client/connection.hpp"

#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace rollcall::db {

namespace {

using Kind = PgError::Kind;

// A function that warns of each row must not fill the memory.
constexpr std::size_t most_warnings = 8;

// Receives notices, PostgreSQL's messages beside results. libpq would print them on stderr.
void keep_warning(void* warnings, const pg_result* message) {
  auto& kept = *static_cast<std::vector<PgWarning>*>(warnings);
  auto warning = warning_in(message);
  if (!warning) return;
  // One that leaves a commit in doubt must not be lost behind others.
  if (kept.size() < most_warnings) {
    kept.push_back(std::move(*warning));
  } else if (warning->doubts_commit) {
    kept.back() = std::move(*warning);
  }
}

bool cork(int socket, int on) {
  return ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)) == 0;
}

}  // namespace

void PgConnection::Finish::operator()(pg_conn* handle) const { PQfinish(handle); }

tl::expected<PgConnection, PgError> PgConnection::start(const PgTarget& target,
                                                        const std::vector<PgHost>& hosts,
                                                        const std::string& application_name) {
  const auto parameters = target.parameters(hosts, application_name);
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : parameters) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  PgConnection connection(PQconnectStartParams(keys.data(), values.data(), 0));
  if (!connection.handle_) return tl::unexpected(PgError{Kind::unreachable, "out of memory"});
  PGconn* const handle = connection.handle_.get();
  if (PQstatus(handle) == CONNECTION_BAD) {
    return tl::unexpected(connection_error(handle, Kind::unreachable));
  }
  PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);  // the only way to the SQLSTATE of a rejection
  PQsetNoticeReceiver(handle, keep_warning, connection.warnings_.get());
  return connection;
}

tl::expected<PgConnection::Wants, PgError> PgConnection::continue_connecting() {
  switch (PQconnectPoll(handle_.get())) {
    case PGRES_POLLING_READING:
      return Wants::to_read;
    case PGRES_POLLING_WRITING:
      return Wants::to_write;
    case PGRES_POLLING_OK:
      PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
      if (PQsetnonblocking(handle_.get(), 1) != 0) return tl::unexpected(lost());
      return Wants::nothing;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:  // unused, says libpq
      break;
  }
  return tl::unexpected(connection_error(handle_.get(), Kind::unreachable));
}

int PgConnection::server_process() const { return PQbackendPID(handle_.get()); }

int PgConnection::socket() const { return PQsocket(handle_.get()); }

tl::expected<void, PgError> PgConnection::enter_pipeline() {
  return sent(PQenterPipelineMode(handle_.get()), 0);
}

tl::expected<void, PgError> PgConnection::send_script(const std::string& sql) {
  script_ = true;
  return sent(PQsendQuery(handle_.get(), sql.c_str()), 0);
}

tl::expected<void, PgError> PgConnection::send_prepare(const StatementShape& statement) {
  std::array<Oid, PgParameters::most> types{};
  for (std::size_t i = 0; i < statement.parameters.size(); ++i) {
    types[i] = 0;  // what the server infers is compared with what C++ sends
  }
  const char* const name = statement.name.data();
  auto prepared = sent(PQsendPrepare(handle_.get(), name, statement.text.data(),
                                     static_cast<int>(statement.parameters.size()), types.data()),
                       1);
  if (!prepared) return prepared;
  return sent(PQsendDescribePrepared(handle_.get(), name), 1);
}

tl::expected<void, PgError> PgConnection::send_prepared(const char* name,
                                                        const PgParameters& parameters) {
  constexpr int binary = 1;
  return sent(PQsendQueryPrepared(handle_.get(), name, parameters.count(), parameters.values(),
                                  parameters.lengths(), parameters.formats(), binary),
              1);
}

#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC  // since libpq 17

tl::expected<void, PgError> PgConnection::send_sync() {
  return sent(PQsendPipelineSync(handle_.get()), 1);
}

void PgConnection::gather() {}

#else

// Passes the segment to the kernel.
tl::expected<void, PgError> PgConnection::send_sync() {
  return sent(PQpipelineSync(handle_.get()), 1);
}

// The kernel keeps it back (tcp(7), TCP_CORK), for 200 ms at most; on a Unix socket it does not.
void PgConnection::gather() {
  if (gathers_ || !can_gather_) return;
  gathers_ = can_gather_ = cork(socket(), 1);
}

#endif

tl::expected<void, PgError> PgConnection::sent(int success, int results) {
  if (success != 1) return tl::unexpected(lost());
  owed_ += results;
  return {};
}

tl::expected<bool, PgError> PgConnection::flush() {
  const int left = PQflush(handle_.get());
  if (std::exchange(gathers_, false)) cork(socket(), 0);
  if (left < 0) return tl::unexpected(lost());
  return left == 0;
}

tl::expected<void, PgError> PgConnection::consume() {
  // What is left of a record of TLS is not in the socket any more. Once the socket is empty, libpq
  // makes room for the rest.
  const bool encrypted = PQsslInUse(handle_.get()) == 1 || PQgssEncInUse(handle_.get()) == 1;
  bool more = true;
  while (more) {
    more = encrypted && has_unread();
    if (PQconsumeInput(handle_.get()) != 1) return tl::unexpected(lost());
  }
  return {};
}

bool PgConnection::has_result() const { return !is_idle() && PQisBusy(handle_.get()) == 0; }

bool PgConnection::has_unread() const {
  int bytes = 0;
  return ::ioctl(socket(), FIONREAD, &bytes) == 0 && bytes > 0;
}

// In a pipeline each statement has one result and then a null; a sync has no null after it. A
// script has its results, and a null after the last.
std::optional<PgResult> PgConnection::next() {
  while (!is_idle() && PQisBusy(handle_.get()) == 0) {
    if (auto* const result = PQgetResult(handle_.get())) {
      if (!script_) --owed_;
      return PgResult(result, std::exchange(*warnings_, {}));
    }
    if (script_) {
      script_ = false;
    } else if (PQstatus(handle_.get()) == CONNECTION_BAD) {
      return std::nullopt;  // consume() will say it
    }
  }
  return std::nullopt;
}

std::vector<PgNotification> PgConnection::notifications() {
  std::vector<PgNotification> notifications;
  while (PGnotify* raw = PQnotifies(handle_.get())) {
    const std::unique_ptr<PGnotify, decltype(&PQfreemem)> notification(raw, &PQfreemem);
    notifications.push_back({notification->relname, notification->extra});
  }
  return notifications;
}

}  // namespace rollcall::db
