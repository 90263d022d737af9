// What the connections of one listener share. Includes RESTinio, which is slow to compile: for few
// files.
#pragma once

#include <memory>
#include <restinio/impl/connection_base.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <asio/execution_context.hpp>

#include "actors/runtime/limited_log.hpp"
#include "actors/runtime/loop.hpp"
#include "actors/runtime/ticker.hpp"
#include "http/server/connection_timeouts.hpp"
#include "http/server/early_responses.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/pipeline_writer.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/date_text.hpp"

namespace rollcall::http {

/// Owned by RESTinio's settings, which every connection shares.
struct ConnectionContext {
  ConnectionContext(const actors::Loop& its_loop, std::shared_ptr<LoopState> its_state,
                    std::shared_ptr<ConnectionCount> its_count,
                    std::shared_ptr<RequestHandler> its_handler,
                    const ConnectionTimeouts& its_timeouts, std::string its_keep_alive)
      : loop(its_loop),
        state(std::move(its_state)),
        connection_count(std::move(its_count)),
        handler(std::move(its_handler)),
        early(std::make_shared<EarlyResponses>(loop, state, handler, its_keep_alive)),
        timeouts(std::make_shared<ConnectionTimeouts>(its_timeouts)),
        keep_alive(std::move(its_keep_alive)),
        log(schedule(loop)),
        ticker(schedule(loop), ConnectionTimeouts::tick, [this] { check_timeouts(); }) {}

  /// Registers and counts a connection; and the reverse, which does nothing the second time.
  void enter(restinio::connection_id_t id, std::shared_ptr<PipelineWriter> writer) {
    writer->idle_since = state->stats.answered;
    open.emplace(id, std::move(writer));
    ++state->stats.connections;
    ++*connection_count;
    ticker.arm();
  }
  void leave(restinio::connection_id_t id) {
    const auto entry = open.extract(id);
    if (entry.empty()) return;
    --state->stats.connections;
    --*connection_count;
    entry.mapped()->closed();
  }

  /// Closes the connection that has been idle for longest, even if it has sent part of a request.
  /// It leaves in a later turn of the loop. False if every connection still awaits a response.
  bool end_longest_idle() {
    const auto age = [](const auto& entry) {
      return std::pair{entry.second->idle_since, entry.first};  // ids ascend
    };
    auto longest = open.end();
    for (auto each = open.begin(); each != open.end(); ++each) {
      if (!each->second->connection().owes_nothing()) continue;
      if (longest == open.end() || age(*each) < age(*longest)) longest = each;
    }
    return longest != open.end() && longest->second->connection().hang_up();
  }
  /// Closes the connections on which nothing is under way.
  void end_idle() {
    for (const auto& [id, writer] : open) writer->connection().end_if_idle();
  }

  actors::Loop loop;
  std::shared_ptr<LoopState> state;
  std::shared_ptr<ConnectionCount> connection_count;
  std::shared_ptr<RequestHandler> handler;
  std::shared_ptr<EarlyResponses> early;
  std::shared_ptr<ConnectionTimeouts> timeouts;
  std::string keep_alive;  // field lines of a response after which the connection persists
  actors::LimitedLog log;
  actors::Ticker ticker;
  std::unordered_map<restinio::connection_id_t, std::shared_ptr<PipelineWriter>> open;
  DateText date{};
  std::vector<Field> fields{};  // of the present request; kept for its memory

 private:
  static actors::Schedule schedule(const actors::Loop& on) {
    return [clock = &on.clock()](actors::Clock::Duration delay, std::function<void()> callback) {
      return clock->after(delay, std::move(callback));
    };
  }

  void check_timeouts() {
    timeouts->advance();
    auto& ready = asio::use_service<actors::ReadySockets>(loop.io());
    for (const auto& [id, writer] : open) {
      writer->connection().check_timeout(ready);
    }
    if (!open.empty()) ticker.arm();
  }
};

}  // namespace rollcall::http
