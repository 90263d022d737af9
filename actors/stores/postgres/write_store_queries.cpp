// The part of PgWriteStore that sends what no client has asked for, between its jobs.
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/stores/postgres/write_store.hpp"
#include "db/postgres/statements.hpp"

namespace rollcall::actors {

// Sends nothing else before the status is known: the commit may still be waiting in the server.
void PgWriteStore::ask_status() {
  if (busy_ != Busy::no || !link_.ready() || status_query_.armed()) return;
  busy_ = Busy::with_status_query;
  link_.send<db::sql::postgres::transaction_status>(std::string_view(*in_doubt_));
  link_.send_sync();
  link_.flush();
}

void PgWriteStore::take_status(const db::PgResult& result) {
  if (result.is_sync()) {
    busy_ = Busy::no;
    return start_next();
  }
  if (!result.is_good()) {
    // For instance another server than the one that was lost, which never had this transaction.
    const auto error = result.error("statement transaction_status");
    if (error.connection_lost()) return link_.drop(error);
    return status_known("unknown: " + error.detail);
  }
  const auto status =
      result.row<db::TransactionStatusRow>(0).status.value_or("too long ago to be known");
  if (status != "in progress") return status_known(status);
  if (!std::exchange(stuck_, true)) {
    spdlog::error(
        "{}: a commit that was not answered is still under way in the server, as where "
        "no synchronous standby takes it: writes are refused until it has ended",
        self_.actor_name());
  }
  health_.failed(self_.now(), "a commit does not end, as where no synchronous standby takes it");
  status_query_.arm();
}

void PgWriteStore::status_known(std::string_view status) {
  spdlog::warn("{}: what became of the transaction whose commit was not answered: {}",
               self_.actor_name(), status);
  in_doubt_.reset();
  stuck_ = false;
}

// A few at a time. While nothing is written, nothing is removed either.
void PgWriteStore::remove_old() {
  removal_due_ = false;
  busy_ = Busy::with_removal;
  removing_ = db::sql::remove_changes.name;
  const auto now = self_.wall_now();
  const auto milliseconds = [](Timestamp at) {
    return std::int64_t{at.time_since_epoch().count()};
  };
  link_.send<db::sql::remove_changes>(std::int64_t{most_removed},
                                      milliseconds(now - keep_changes_));
  link_.send_sync();
  link_.send<db::sql::remove_answers>(std::int64_t{most_removed}, milliseconds(now));
  link_.send_sync();
  link_.flush();
}

void PgWriteStore::take_removal(const db::PgResult& result) {
  if (result.is_sync()) {
    const auto next = db::sql::remove_answers.name;
    if (std::exchange(removing_, next) != next) return;
    busy_ = Busy::no;
    return start_next();
  }
  if (result.is_good()) {
    if (result.rows() > 0) removal_.arm();
    return;
  }
  const auto error = result.error("statement " + std::string(removing_));
  if (error.connection_lost()) return link_.drop(error);
  if (error.schema_mismatch()) return link_.check_again(error);
  log_.error(std::string(removing_) + error.sqlstate,
             std::string(self_.actor_name()) + ": " + error.explained());
}

}  // namespace rollcall::actors
