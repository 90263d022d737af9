// A listener with real sockets and virtual time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/post.hpp>

#include "http/server/listener.hpp"
#include "http/server/port_claim.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/near_client.hpp"

namespace rollcall::tests {

/// The body of a stream that the test sends.
class TestBody final : public http::StreamBody {
 public:
  void begin(std::shared_ptr<http::StreamOutput> its_output) override {
    output = std::move(its_output);
  }
  void drained() override { ++drains; }
  void closed() override { ++closes; }

  std::shared_ptr<http::StreamOutput> output;
  int drains = 0;
  int closes = 0;
};

// Answers at once, but keeps requests for /later pending until the test answers them. /stream is
// answered with `body`.
class TestHandler final : public http::RequestHandler {
 public:
  void handle(const http::Request& request, http::Responder responder) override {
    ++received;
    if (request.target == "/throw") throw std::runtime_error("a bug");
    if (request.target == "/later" || request.target == "/page") {
      pending.push_back(std::move(responder));
      return;
    }
    if (request.target == "/empty") return responder.send({204});
    if (request.target == "/stream") {
      http::Response response{200, http::events_type};
      response.close = true;
      response.stream = body;
      return responder.send(std::move(response));
    }
    if (request.target == "/big") return responder.send(big_response());
    responder.send({200, http::text_type, "hello " + std::string(request.target)});
  }
  std::optional<http::Refusal> refuse_head(const http::Request& request) const override {
    ++heads;
    if (request.target != "/nowhere") return std::nullopt;
    return http::method_refusal("");
  }
  http::Intake intake(http::Method method, std::string_view target) const override {
    if (refuses && target != "/a") return http::Intake::refused;
    const bool alone = target == "/page" || target == "/stream";
    return is_safe(method) && !alone ? http::Intake::beside_others : http::Intake::alone;
  }
  http::Problem overload(http::Method, std::string_view) const override {
    http::Problem problem{http::ProblemType::overloaded, {}};
    problem.retry_after = retry_after;
    return problem;
  }
  void answer_pending() {
    for (auto& responder : pending) responder.send({200, http::text_type, "at last"});
    pending.clear();
  }
  // More than the kernel takes for a client that does not read.
  static http::Response big_response() {
    return {200, http::text_type, std::string(std::size_t{32} << 20U, 'x')};
  }

  int received = 0;
  mutable int heads = 0;  // asked about before their bodies
  bool refuses = false;   // all but /a
  std::chrono::seconds retry_after{7};
  std::vector<http::Responder> pending;
  std::shared_ptr<TestBody> body = std::make_shared<TestBody>();
};

struct ListenerFixture {
  ActorWorld world;
  http::PortClaim claim = http::claim_port("127.0.0.1", 0).value();
  std::shared_ptr<http::LoopState> state = std::make_shared<http::LoopState>();
  std::shared_ptr<TestHandler> handler = std::make_shared<TestHandler>();
  http::ListenerHandle listener;

  explicit ListenerFixture(std::size_t max_connections = 100) { spawn(max_connections); }

  void spawn(std::size_t max_connections = 100) {
    http::ListenerOptions options{"localhost", claim.port(), max_connections, {}};
    listener =
        world.spawn<http::Listener>(options, state, std::shared_ptr<http::RequestHandler>(handler));
    world.settle();
  }

  std::unique_ptr<NearClient> connect() {
    auto client = std::make_unique<NearClient>(world);
    REQUIRE(client->connect(claim.port()));
    world.settle();
    return client;
  }
  void kill_listener() {
    caf::anon_send_exit(listener, caf::exit_reason::kill);
    world.settle();
  }
  // For work that sends responses: that starts timers of asio, which must happen on the loop's
  // thread.
  void on_loop(std::function<void()> work) {
    asio::post(world.loop().io(), std::move(work));
    world.settle();
  }
};

inline std::string get(std::string_view target, std::string_view more = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n";
}

inline int answers_in(const std::string& text) {
  int count = 0;
  for (auto at = text.find("HTTP/1.1 "); at != std::string::npos;
       at = text.find("HTTP/1.1 ", at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace rollcall::tests
