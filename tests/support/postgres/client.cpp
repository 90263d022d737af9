#include "tests/support/postgres/client.hpp"

#include <libpq-fe.h>

#include <memory>
#include <stdexcept>

namespace rollcall::tests {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Result run(PGconn* handle, const std::string& sql) {
  Result result(PQexec(handle, sql.c_str()), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(sql + ": " + PQerrorMessage(handle));
  }
  return result;
}

}  // namespace

PgClient::PgClient(const std::string& url) : handle_(PQconnectdb(url.c_str())) {
  if (PQstatus(handle_) == CONNECTION_OK) {
    PQsetNoticeReceiver(
        handle_, [](void*, const PGresult*) {}, nullptr);
    return;
  }
  const std::string why = PQerrorMessage(handle_);
  PQfinish(handle_);
  throw std::runtime_error(url + ": " + why);
}

PgClient::~PgClient() { PQfinish(handle_); }

void PgClient::execute(const std::string& sql) { run(handle_, sql); }

std::string PgClient::text(const std::string& sql) {
  const auto result = run(handle_, sql);
  if (PQntuples(result.get()) == 0) throw std::runtime_error(sql + ": brings no row");
  return PQgetvalue(result.get(), 0, 0);
}

std::int64_t PgClient::number(const std::string& sql) { return std::stoll(text(sql)); }

std::vector<std::string> PgClient::notifications() {
  execute("SELECT 1");  // its result arrives after the notifications of all earlier commits
  std::vector<std::string> payloads;
  while (PGnotify* raw = PQnotifies(handle_)) {
    payloads.emplace_back(raw->extra);
    PQfreemem(raw);
  }
  return payloads;
}

}  // namespace rollcall::tests
