// The role of a gateway: the way of one loop's requests to the actors and back.
//
// Purpose  turns exchanges into messages and replies into responses; keeps the deadlines.
// Owns     the exchanges that are under way, and one timer while there are any.
// Receives Serve, Drain, CountTraffic.
// Ends     by a bug only.
// Restart  by the supervisor `edge`.
// Lost     the requests under way: reads are answered 503 storage-unavailable, writes that were
//          sent to the registrar 503 outcome-unknown.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "http/api/exchange.hpp"
#include "http/server/gateway_handle.hpp"
#include "http/server/traffic.hpp"

namespace rollcall::http {

/// Whom a gateway asks: proxies, which outlive what they stand for.
struct GatewayPeers {
  actors::DirectoryHandle directory;
  actors::RegistrarHandle registrar;
  actors::FeedHandle feed;
};

class Gateway {
 public:
  using Handle = GatewayHandle;
  using Self = actors::LoopActor<Gateway>;

  Gateway(Self& self, GatewayPeers peers, std::shared_ptr<Traffic> traffic);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway();

  Handle::behavior_type behavior();

 private:
  void serve(const ExchangeRef& exchange);
  void read_user(const ExchangeRef& exchange, const ReadUser& read);
  void read_page(const ExchangeRef& exchange, const ReadPage& page);
  void write(const ExchangeRef& exchange, Change change);
  void forget(const ExchangeRef& exchange, std::optional<UserId> id);
  void arm();
  void sweep();

  Self& self_;
  GatewayPeers peers_;
  std::shared_ptr<Traffic> traffic_;
  std::vector<ExchangeRef> under_way_;  // answered ones stay until the next sweep
  std::vector<actors::Answer<Drained>> drains_;
  actors::Timer tick_;
  bool ticking_ = false;
};

}  // namespace rollcall::http
