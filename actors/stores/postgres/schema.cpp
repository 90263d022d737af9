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

PgSchema::PgSchema(Self& self, PgLinkOptions options, OnMisfit on_misfit)
    : self_(self), where_(options.target.shown()), on_misfit_(std::move(on_misfit)) {
  link_.emplace(host_of(self), for_start(std::move(options)),
                PgLink::Events{[this] { finish(); }, [](const db::PgResult&) {},
                               [this](const db::PgFault& fault) { failed(fault); }});
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

void PgSchema::failed(const db::PgFault& fault) {
  if (fault.kind == db::PgFault::Kind::schema) {
    on_misfit_("database " + where_ + ": " + fault.detail);
    end_of_link_ = self_.after({}, [this] { link_.reset(); });
    return;
  }
  // No reason to give up: it may come, or be put right, while the daemon runs.
  spdlog::error("database {}: {}; starting without it", where_, fault.explained());
  finish();
}

// Not from within the link's own call.
void PgSchema::finish() {
  end_of_link_ = self_.after({}, [this] { link_.reset(); });
  if (auto report = std::exchange(report_started_, nullptr)) report();
}

}  // namespace rollcall::actors
