// Brings the schema of a PostgreSQL up to date, and checks every statement of the program against
// it, before any store starts.
//
// Owns     the connection of the start, until it has done its work.
// Receives Probe.
// Ends     by a bug, or with its supervisor.
// Restart  by the supervisor `storage`: it looks again.
// Lost     nothing.
//
// It counts as started, so that the next child may start, once the schema suits; or once connecting
// has failed, since the database may come later: the store that writes migrates too. A schema that
// does not suit this program ends the start of the daemon.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/stores/postgres/link.hpp"

namespace rollcall::actors {

using SchemaHandle = caf::typed_actor<
    // Says whether the schema was looked at, and what that waits for.
    caf::replies_to<Probe>::with<ProbeReply>>;

class PgSchema {
 public:
  using Handle = SchemaHandle;
  using Self = LoopActor<PgSchema>;
  /// Receives why this program can't work with the schema: a sentence for the operator that names
  /// the database. On the loop of the actor.
  using OnSchemaMismatch = std::function<void(const std::string&)>;

  PgSchema(Self& self, PgLinkOptions options, OnSchemaMismatch on_schema_mismatch);
  Handle::behavior_type behavior();
  void when_started(std::function<void()> report);

 private:
  void failed(const db::PgError& error);
  void finish();

  Self& self_;
  std::string where_;
  OnSchemaMismatch on_schema_mismatch_;
  std::function<void()> report_started_;
  std::optional<PgLink> link_;  // none: done
  Timer end_of_link_;
};

}  // namespace rollcall::actors
