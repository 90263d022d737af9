// Requests and responses without a socket.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "http/server/request_handler.hpp"
#include "http/server/responder.hpp"
#include "http/wire/request.hpp"

namespace rollcall::tests {

/// A request that owns its text. Has a Host, which HTTP/1.1 requires.
class MadeRequest {
 public:
  MadeRequest(http::Method method, std::string target) : target_(std::move(target)) {
    request_.method = method;
    with("Host", "localhost");
  }
  MadeRequest(const MadeRequest&) = delete;
  MadeRequest& operator=(const MadeRequest&) = delete;

  MadeRequest& with(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  MadeRequest& without_fields() {
    fields_.clear();
    return *this;
  }
  MadeRequest& body(std::string text) {
    body_ = std::move(text);
    return *this;
  }

  /// Valid until this object changes.
  const http::Request& get() {
    views_.clear();
    for (const auto& [name, value] : fields_) views_.push_back({name, value});
    request_.target = target_;
    request_.fields = views_;
    request_.body = body_;
    return request_;
  }

 private:
  http::Request request_;
  std::string target_;
  std::string body_;
  std::vector<std::pair<std::string, std::string>> fields_;
  std::vector<http::Field> views_;
};

/// The response's own field lines, with those that it shares.
inline std::string fields_of(const http::Response& response) {
  return (response.shared ? response.shared->fields : "") + response.fields;
}

/// The last response to a request. `count` counts the responses: there must be exactly one.
struct Answered {
  int count = 0;
  http::Response response{};

  nlohmann::json json() const { return nlohmann::json::parse(response.content()); }
  /// The slug; nothing where the response is no problem document.
  std::optional<std::string> slug() const {
    if (response.content_type != http::problem_type) return std::nullopt;
    return json()["type"].get<std::string>().substr(std::string("/problems/").size());
  }
  bool has(const std::string& line) const {
    return fields_of(response).find(line + "\r\n") != std::string::npos;
  }
};
using AnsweredRef = std::shared_ptr<Answered>;

/// A responder that records the response in `answered`.
inline http::Responder recorded(AnsweredRef answered, http::RequestContext context = {"/users/1"}) {
  return {std::move(context), [answered = std::move(answered)](http::Response&& response) {
            ++answered->count;
            answered->response = std::move(response);
          }};
}

}  // namespace rollcall::tests
