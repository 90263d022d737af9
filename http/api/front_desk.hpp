// The service's requests: checked, routed and parsed as text; those that need no actor are answered
// here, the others go to the gateway.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "actors/runtime/clock.hpp"
#include "http/api/exchange.hpp"
#include "http/server/desk.hpp"
#include "http/server/traffic.hpp"
#include "http/wire/request_checks.hpp"
#include "http/wire/target.hpp"

namespace rollcall::http {

struct FrontDeskOptions {
  RequestLimits limits{};
  std::chrono::milliseconds request_timeout{2'000};
  std::size_t max_in_flight = 4'096;  // of this loop; over it: 503 at once
};

class FrontDesk final : public Desk {
 public:
  /// Brings an exchange to the gateway, wherever that lives at the moment.
  using Submit = std::function<void(ExchangeRef)>;

  /// The clock must outlive the desk.
  FrontDesk(FrontDeskOptions options, std::shared_ptr<Traffic> traffic, const actors::Clock& clock,
            Submit submit);

  void receive(const Request& request, Reply reply) override;

 private:
  void serve_page(const Request& request, const Target& target, Reply reply);
  void serve_users(const Request& request, const Target& target, Reply reply);

  FrontDeskOptions options_;
  std::shared_ptr<Traffic> traffic_;
  const actors::Clock& clock_;
  Submit submit_;
};

}  // namespace rollcall::http
