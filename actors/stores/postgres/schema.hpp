// Brings the schema of a PostgreSQL up to date, and checks every statement of the program against
// it, before any store starts.
//
// Owns     a connection, until the check is done.
// Receives Probe.
// Ends     by a bug, or with its supervisor.
// Restart  by the supervisor `storage`: it checks again.
// Lost     nothing.
//
// It has started, so that the next child may start, once the schema matches. It has also started
// once connecting has failed: the database may become available later, and the write store migrates
// too. A schema mismatch ends the start of the daemon.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/stores/postgres/link.hpp"

namespace rollcall::actors {

using SchemaHandle = caf::typed_actor<
    // Says whether the check is done; if not, what it waits for.
    caf::replies_to<Probe>::with<ProbeReply>>;

class PgSchema {
 public:
  using Handle = SchemaHandle;
  using Self = LoopActor<PgSchema>;
  /// Called on the actor's loop if this program can't work with the schema, with a sentence for the
  /// operator that names the database.
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
  std::optional<PgLink> link_;  // none: the check is done
  Timer end_of_link_;
};

}  // namespace rollcall::actors
