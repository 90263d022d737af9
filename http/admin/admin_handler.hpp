// The requests of the admin side: /live and /ready, on a listener and a loop of their own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "http/server/request_handler.hpp"
#include "http/wire/authority.hpp"

namespace rollcall::http {

/// Handles the admin listener's requests. /live is answered here, whatever the rest of the daemon
/// does. Queries are ignored, since some probes append one.
class AdminHandler final : public RequestHandler {
 public:
  /// Passes a request for /ready to the readiness check.
  using Submit = std::function<void(std::shared_ptr<Responder>)>;

  AdminHandler(AllowedHosts hosts, Submit submit);

  void handle(const Request& request, Responder responder) override;
  std::optional<Refusal> refuse_head(const Request& request) const override;

 private:
  AllowedHosts hosts_;
  Submit submit_;
};

}  // namespace rollcall::http
