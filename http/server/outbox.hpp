// The answers of one connection on their way to RESTinio, which puts them in the order of the
// requests. Includes RESTinio: for few files.
#pragma once

#include <cstdint>
#include <memory>
#include <restinio/impl/connection_base.hpp>
#include <span>
#include <utility>
#include <vector>

#include "actors/runtime/loop.hpp"
#include "http/server/connection_socket.hpp"
#include "http/server/traffic.hpp"

namespace rollcall::http {

/// One answer, rendered.
struct Outgoing {
  restinio::request_id_t id;
  bool keep;  // the connection goes on after it
  restinio::writable_items_container_t parts;
};

/// A client that sends requests without waiting for answers (RFC 9112 9.3.2) gets those that are
/// ready in one turn of the loop by one write. Who waits for each answer gets it at once. Belongs
/// to one loop's thread.
class Outbox : public std::enable_shared_from_this<Outbox> {
 public:
  Outbox(const actors::Loop& loop, std::shared_ptr<Traffic> traffic)
      : owed(loop.io()), loop_(loop), traffic_(std::move(traffic)) {}

  void send(restinio::impl::connection_handle_t connection, Outgoing answer);

  Owed owed;
  /// How many answers the loop had given when nothing was owed here any more, or at the beginning.
  std::uint64_t idle_since = 0;

 private:
  void write_waiting(restinio::impl::connection_base_t& connection);
  void write(restinio::impl::connection_base_t& connection, std::span<Outgoing> run);

  actors::Loop loop_;
  std::shared_ptr<Traffic> traffic_;
  std::vector<Outgoing> waiting_{};
};

}  // namespace rollcall::http
