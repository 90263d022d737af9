#include "http/admin/admin_handler.hpp"

#include <utility>

namespace rollcall::http {

namespace {

constexpr std::string_view methods = "GET, HEAD, OPTIONS";

bool reads(Method method) { return method == Method::get || method == Method::head; }

Response live_response() {
  Response response{200, json_type, R"({"live":true})"};
  response.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

AdminHandler::AdminHandler(RequestLimits limits, Submit submit)
    : limits_(limits), submit_(std::move(submit)) {}

void AdminHandler::handle(const Request& request, Responder responder) {
  if (auto error = refuse_message(request, limits_)) {
    refuse_and_close(*error, std::move(responder));
    return;
  }
  auto path = responder.path();
  bool known = path == "/live" || path == "/ready";
  if (known && request.method == Method::options) {
    responder.send(options_response(methods));
  } else if (!known || !reads(request.method)) {
    refuse_method(known ? methods : std::string_view(), std::move(responder));
  } else if (path == "/live") {
    responder.send(live_response());
  } else {
    responder.if_dropped(ProblemType::storage_unavailable);
    submit_(std::make_shared<Responder>(std::move(responder)));
  }
}

}  // namespace rollcall::http
