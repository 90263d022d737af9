#include "db/postgres/client/result.hpp"

#include <libpq-fe.h>

#include <charconv>

namespace rollcall::db {

void PgResult::Clear::operator()(pg_result* result) const { PQclear(result); }

bool PgResult::is_sync() const { return PQresultStatus(result_.get()) == PGRES_PIPELINE_SYNC; }

bool PgResult::is_skipped() const {
  return PQresultStatus(result_.get()) == PGRES_PIPELINE_ABORTED;
}

bool PgResult::is_good() const {
  const auto status = PQresultStatus(result_.get());
  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

std::string_view PgResult::command() const { return PQcmdStatus(result_.get()); }

int PgResult::rows() const { return PQntuples(result_.get()); }

std::string_view PgResult::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t PgResult::number(int row, int column) const {
  const std::string_view written = text(row, column);
  std::int64_t value = 0;
  std::from_chars(written.data(), written.data() + written.size(), value);
  return value;
}

bool PgResult::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) == 1;
}

// bigint in binary: eight bytes, the most significant first. The type was checked when the
// statement was prepared.
void PgResult::read(int row, int column, std::int64_t& into) const {
  std::uint64_t number = 0;
  for (const char byte : text(row, column)) number = number << 8 | static_cast<unsigned char>(byte);
  into = static_cast<std::int64_t>(number);
}

void PgResult::read(int row, int column, std::string_view& into) const { into = text(row, column); }

}  // namespace rollcall::db
