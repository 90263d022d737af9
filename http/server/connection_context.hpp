// What the connections of one listener share. Includes RESTinio, which is slow to compile: for few
// files.
#pragma once

#include <memory>
#include <restinio/impl/connection_base.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/runtime/limited_log.hpp"
#include "actors/runtime/loop.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/pipeline_writer.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/date_text.hpp"

namespace rollcall::http {

/// Owned by RESTinio's settings, which every connection shares.
struct ConnectionContext {
  ConnectionContext(const actors::Loop& its_loop, std::shared_ptr<LoopState> its_state,
                    std::shared_ptr<ConnectionCount> its_count,
                    std::shared_ptr<RequestHandler> its_handler)
      : loop(its_loop),
        state(std::move(its_state)),
        connection_count(std::move(its_count)),
        handler(std::move(its_handler)),
        log([clock = &loop.clock()](actors::Clock::Duration delay, std::function<void()> callback) {
          return clock->after(delay, std::move(callback));
        }) {}

  /// Registers and counts a connection; and the reverse, which does nothing the second time.
  void enter(restinio::connection_id_t id, std::shared_ptr<PipelineWriter> writer) {
    writer->idle_since = state->stats.answered;
    open.emplace(id, std::move(writer));
    ++state->stats.connections;
    ++*connection_count;
  }
  void leave(restinio::connection_id_t id) {
    if (open.erase(id) == 0) return;
    --state->stats.connections;
    --*connection_count;
  }

  /// Closes the connection that has been idle for longest, even if it has sent part of a request.
  /// It leaves in a later turn of the loop. False if every connection still awaits a response.
  bool end_longest_idle() {
    const auto age = [](const auto& entry) {
      return std::pair{entry.second->idle_since, entry.first};  // ids ascend
    };
    auto longest = open.end();
    for (auto each = open.begin(); each != open.end(); ++each) {
      if (!each->second->owed.can_end()) continue;
      if (longest == open.end() || age(*each) < age(*longest)) longest = each;
    }
    return longest != open.end() && longest->second->owed.hang_up();
  }

  actors::Loop loop;
  std::shared_ptr<LoopState> state;
  std::shared_ptr<ConnectionCount> connection_count;
  std::shared_ptr<RequestHandler> handler;
  actors::LimitedLog log;
  std::unordered_map<restinio::connection_id_t, std::shared_ptr<PipelineWriter>> open;
  DateText date{};
  std::vector<Field> fields{};  // of the present request; kept for its memory
};

}  // namespace rollcall::http
