// Checks, routes and parses the service's requests. Answers those that need no actor, and passes
// the others to the gateway.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "actors/runtime/clock.hpp"
#include "http/api/pending_request.hpp"
#include "http/api/routes.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/authority.hpp"
#include "http/wire/cors.hpp"
#include "http/wire/etag.hpp"
#include "http/wire/target.hpp"

namespace rollcall::http {

struct RouterOptions {
  AllowedHosts hosts{};
  std::chrono::milliseconds request_timeout{2'000};
  /// Requests of this loop; over it: 503 at once. Pages of users may have half of it, writes too.
  std::size_t max_in_flight = 16'384;
  Cors cors{};
};

class Router final : public RequestHandler {
 public:
  /// Passes a request to the gateway; also works after the gateway was restarted.
  using Submit = std::function<void(PendingRequestRef)>;

  /// The clock must outlive the router.
  Router(RouterOptions options, std::shared_ptr<LoopState> state, const actors::Clock& clock,
         Submit submit);

  void handle(const Request& request, Responder responder) override;
  std::optional<Refusal> refuse_head(const Request& request) const override;
  std::string_view fields_for(const Request& request) const override {
    return options_.cors.fields_for(request);
  }
  Intake intake(Method method, std::string_view target) const override;
  Problem overload(Method method, std::string_view target) const override;

  /// So many requests of one kind are admitted however long those before them wait: their answers
  /// show when the wait ends.
  static constexpr std::size_t always_admitted = 16;

 private:
  bool admits(RequestKind kind) const;
  std::optional<RequestKind> kind_of(Method method, std::string_view target) const;
  Problem overload(std::optional<RequestKind> kind) const;
  std::optional<Refusal> refuse(const Request& request, const Route* route) const;
  void submit(const Request& request, Operation operation, Responder responder);

  RouterOptions options_;
  std::shared_ptr<LoopState> state_;
  const actors::Clock& clock_;
  WallNow wall_now_;  // of the clock
  const Routes& routes_;
  Submit submit_;
};

}  // namespace rollcall::http
