#include "actors/stores/postgres/schema.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "db/postgres/statements.hpp"

namespace rollcall::actors {

namespace {

PgLinkOptions for_start(PgLinkOptions options) {
  options.application_name = "rollcall start";
  options.handshake.statements = db::sql::postgres::all;
  options.handshake.migrate = true;
  return options;
}

}  // namespace

PgSchema::PgSchema(Self& self, PgLinkOptions options, OnSchemaMismatch on_schema_mismatch)
    : self_(self),
      where_(options.target.shown()),
      on_schema_mismatch_(std::move(on_schema_mismatch)) {
  link_.emplace(owner_of(self), for_start(std::move(options)),
                PgLink::Events{[this] { finish(); }, [](const db::PgResult&) {},
                               [this](const db::PgError& error) { failed(error); }});
}

PgSchema::Handle::behavior_type PgSchema::behavior() {
  return {[this](const Probe&) -> ProbeReply {
    if (!link_ || end_of_link_.is_set()) return Serving{};
    return tl::unexpected(Error{ErrorCode::storage_unavailable, std::string(link_->doing())});
  }};
}

void PgSchema::when_started(std::function<void()> report) {
  report_started_ = std::move(report);
  link_->start();
}

void PgSchema::failed(const db::PgError& error) {
  if (error.kind == db::PgError::Kind::schema) {
    on_schema_mismatch_("database " + where_ + ": " + error.detail);
    end_of_link_ = self_.after({}, [this] { link_.reset(); });
    return;
  }
  // The daemon starts anyway: the database may become available, or be corrected, while it runs.
  spdlog::error("database {}: {}; starting without it", where_, error.explained());
  finish();
}

// The link calls this, so it is destroyed later.
void PgSchema::finish() {
  end_of_link_ = self_.after({}, [this] { link_.reset(); });
  if (auto report = std::exchange(report_started_, nullptr)) report();
}

}  // namespace rollcall::actors
