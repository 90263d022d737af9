#include "http/admin/admin_handler.hpp"

#include <utility>

#include "http/wire/target.hpp"

namespace rollcall::http {

namespace {

constexpr std::string_view methods = "GET, HEAD, OPTIONS";

constexpr std::string_view live_path = "/live";
constexpr std::string_view ready_path = "/ready";

Response live_response() {
  Response response{200, json_type, R"({"live":true})"};
  response.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

AdminHandler::AdminHandler(AllowedHosts hosts, Submit submit)
    : hosts_(std::move(hosts)), submit_(std::move(submit)) {}

void AdminHandler::handle(const Request& request, Responder responder) {
  if (const auto refusal = refuse_head(request)) {
    send_refusal(*refusal, std::move(responder));
  } else if (request.method == Method::options) {
    responder.send(options_response(methods));
  } else if (responder.path() == live_path) {
    responder.send(live_response());
  } else {
    responder.if_dropped(ProblemType::storage_unavailable);
    submit_(std::make_shared<Responder>(std::move(responder)));
  }
}

std::optional<Refusal> AdminHandler::refuse_head(const Request& request) const {
  if (auto problem = refuse_origin(request, hosts_, Cors())) return Refusal{std::move(*problem)};
  const auto path = path_of(request.target);
  if (path != live_path && path != ready_path) return method_refusal("");
  if (!is_safe(request.method)) return method_refusal(methods);
  return std::nullopt;
}

}  // namespace rollcall::http
