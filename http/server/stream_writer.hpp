// A stream on its way to RESTinio. Includes RESTinio, which is slow to compile: for few files.
#pragma once

#include <cstddef>
#include <memory>
#include <restinio/impl/connection_base.hpp>
#include <span>
#include <utility>
#include <vector>

#include "http/server/connection_state.hpp"
#include "http/server/loop_state.hpp"
#include "http/wire/stream.hpp"

namespace rollcall::http {

/// Passes one group of parts at a time to RESTinio; what comes meanwhile becomes the next one. The
/// parts are not copied. A client that takes nothing for http.write_timeout_s is reset, as with
/// every response (ConnectionState). Used on one loop's thread only.
class StreamWriter final : public StreamOutput, public std::enable_shared_from_this<StreamWriter> {
 public:
  /// `id`: of the request, whose response is owed until the stream is closed.
  StreamWriter(restinio::impl::connection_handle_t connection, restinio::request_id_t id,
               std::shared_ptr<ConnectionState> state, std::shared_ptr<LoopState> loop,
               std::shared_ptr<StreamBody> body);

  void send(StreamPart part) override;
  std::size_t unsent() const override { return unsent_; }
  void end() override;

  /// The connection is closed. Does nothing the second time.
  void closed();

 private:
  void write(std::span<StreamPart> parts);
  void written();

  restinio::impl::connection_handle_t connection_;  // null: closed
  restinio::request_id_t id_;
  std::shared_ptr<ConnectionState> state_;
  std::shared_ptr<LoopState> loop_;
  std::shared_ptr<StreamBody> body_;
  std::vector<StreamPart> waiting_{};
  std::size_t under_way_ = 0;  // bytes with RESTinio
  std::size_t unsent_ = 0;     // and those that wait
  bool ended_ = false;
};

}  // namespace rollcall::http
