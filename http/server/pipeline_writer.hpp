// The responses of one connection on their way to RESTinio, which puts them in the order of the
// requests. Includes RESTinio, which is slow to compile: for few files.
#pragma once

#include <cstdint>
#include <memory>
#include <restinio/impl/connection_base.hpp>
#include <span>
#include <utility>
#include <vector>

#include "actors/runtime/loop.hpp"
#include "http/server/connection_state.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/stream_writer.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// If a client pipelines (RFC 9112 9.3.2), the responses that become ready in one turn of the loop
/// are sent by one write. If it waits for each response, each is sent at once. Used on one loop's
/// thread only.
class PipelineWriter : public std::enable_shared_from_this<PipelineWriter> {
 public:
  PipelineWriter(const actors::Loop& loop, std::shared_ptr<LoopState> state,
                 std::shared_ptr<const ConnectionTimeouts> timeouts)
      : loop_(loop),
        state_(std::move(state)),
        connection_(loop.io(), *state_, std::move(timeouts)) {}

  /// The connection's socket shares it, and so keeps the writer alive while it writes.
  ConnectionState& connection() { return connection_; }

  /// Renders the response to the request with this id, and sends it when its turn has come.
  /// RESTinio's builders are not used: they can't omit Content-Length from a 204, nor give the
  /// length of a body that is not sent.
  void send(restinio::impl::connection_handle_t connection, restinio::request_id_t id,
            const Framing& framing, Response&& response);

  /// The connection is closed.
  void closed() {
    if (const auto stream = std::exchange(stream_, nullptr)) stream->closed();
  }

  /// The loop's count of responses when this connection last became idle, or was accepted.
  std::uint64_t idle_since = 0;

 private:
  struct Rendered {
    restinio::request_id_t id;
    bool keep;  // RESTinio does not close the connection after it
    std::uint32_t size;
    restinio::writable_items_container_t parts;
  };

  void begin_stream(restinio::impl::connection_handle_t connection, restinio::request_id_t id,
                    const Framing& framing, Response&& response);
  void write_waiting(restinio::impl::connection_base_t& connection);
  void write(restinio::impl::connection_base_t& connection, std::span<Rendered> run);

  actors::Loop loop_;
  std::shared_ptr<LoopState> state_;
  ConnectionState connection_;
  std::vector<Rendered> waiting_{};
  std::shared_ptr<StreamWriter> stream_{};  // the last response of the connection
};

}  // namespace rollcall::http
