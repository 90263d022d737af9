// Programs in front of the daemon that read requests in another way than it does.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/balanced.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/ambiguous.hpp"
#include "tests/support/http/lax_relay.hpp"

namespace rollcall::tests {

namespace {

using Names = std::vector<std::string>;

/// The last request of a connection, sent behind an ambiguous one.
std::string last_request() {
  return Request{.target = "/users/2", .headers = {{"Connection", "close"}}}.bytes();
}

Request request_of_user(int id) { return {.target = "/users/" + std::to_string(id)}; }

void check_is_user(const Response& answer, int id) {
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  CHECK(answer.json().at("id") == id);
}

/// Sends these bytes over a connection of its own; returns all answers up to its end.
std::vector<Response> all_answers(std::uint16_t port, const std::string& bytes) {
  HttpClient client(port);
  std::vector<Response> answers;
  try {
    client.send(bytes);
  } catch (const ConnectionClosed&) {
    // It may have answered before.
  }
  try {
    while (true) {
      const bool to_head = answers.empty() && bytes.starts_with("HEAD ");
      auto answer = client.read(to_head ? "HEAD" : "GET");
      if (answer.status >= 200) answers.push_back(std::move(answer));
    }
  } catch (const ConnectionClosed&) {
    return answers;
  }
}

/// Whether the daemon has sent it, and not the proxy.
bool is_of_daemon(const Response& answer) {
  const auto type = answer.header("Content-Type").value_or("");
  return answer.status == 204 || type.find("json") != std::string::npos;
}

/// The names of the users that were created since the last call, asked at the daemon itself.
class Newcomers {
 public:
  explicit Newcomers(std::uint16_t port) : client_(port) { names(); }

  Names names() {
    Names found;
    const auto page = client_.get("/users?limit=500" + after_).json();
    for (const auto& user : page.at("users")) {
      found.push_back(user.at("name").get<std::string>());
      after_ = "&after=" + user.at("id").dump();
    }
    return found;
  }

 private:
  HttpClient client_;
  std::string after_{};
};

/// The names that the 201s among these answers give.
Names acknowledged_names(const std::vector<Response>& answers) {
  Names names;
  for (const auto& answer : answers) {
    if (answer.status == 201) names.push_back(answer.json().at("name").get<std::string>());
  }
  return names;
}

std::size_t count_hidden(const Names& names) {
  return static_cast<std::size_t>(std::count(names.begin(), names.end(), "Hidden"));
}

struct Front {
  std::string balancer;
  std::string directives;
};

const Front nginx_that_collects{"nginx", ""};
const Front nginx_that_passes_on{"nginx", "proxy_request_buffering off;\n"};
const Front haproxy_front{"haproxy", ""};

}  // namespace

TEST_CASE(
    "behind nginx and HAProxy what is carried out was requested, and answered to its client") {
  const auto front = GENERATE(nginx_that_collects, nginx_that_passes_on, haproxy_front);
  INFO(front.balancer << " " << front.directives);
  Balanced balanced(front.balancer, false, front.directives);
  const auto answered = [&] { return balanced.answered_by(0) + balanced.answered_by(1); };
  Newcomers newcomers(balanced.nodes()[0].port());
  HttpClient witness(balanced.port());
  for (const auto& request : ambiguous_requests()) {
    INFO(shown(request));
    const int before = answered();
    witness.send(request_of_user(3).bytes());
    const auto answers = all_answers(balanced.port(), request + last_request());
    check_is_user(witness.read(), 3);
    check_is_user(witness.ask(request_of_user(4)), 4);
    check_is_user(ask_once(balanced.port(), request_of_user(5)), 5);
    CHECK(answers.size() <= 2);
    const auto of_daemon = std::count_if(answers.begin(), answers.end(), is_of_daemon);
    CHECK(answered() - before == of_daemon + 3);
    const auto created = newcomers.names();
    CHECK(created == acknowledged_names(answers));
    CHECK(count_hidden(created) == 0);
  }
}

TEST_CASE("behind a proxy that forwards what it misreads each request gets its own answer") {
  const auto line_end = GENERATE(Laxity::LineEnd::crlf, Laxity::LineEnd::lf, Laxity::LineEnd::cr);
  const bool length_wins = GENERATE(false, true);
  INFO("line end " << static_cast<int>(line_end) << ", length wins: " << length_wins);
  // The daemon waits for the LF behind a CR that the relay takes for the end.
  DaemonProcess daemon({.set = {"http.head_timeout_s=1"}});
  create_sample_users(daemon.port(), 5);
  Newcomers newcomers(daemon.port());
  LaxRelay relay(daemon.port(), {line_end, length_wins});
  const auto check_witness = [&](int id) {
    const auto exchanges = relay.relay(request_of_user(id).bytes());
    REQUIRE(exchanges.size() == 1);
    check_is_user(exchanges.front().answer, id);
  };
  for (const auto& request : ambiguous_requests()) {
    INFO(shown(request));
    const int before = requests_answered(daemon.admin_port());
    check_witness(3);
    const auto exchanges = relay.relay(request + last_request());
    check_witness(4);
    check_witness(5);
    const auto count = static_cast<int>(exchanges.size());
    CHECK(requests_answered(daemon.admin_port()) - before == count + 3);
    std::vector<Response> answers;
    std::size_t hidden = 0;
    for (const auto& [sent, answer] : exchanges) {
      answers.push_back(answer);
      if (sent == hidden_request()) ++hidden;
      if (sent == last_request()) check_is_user(answer, 2);
    }
    const auto created = newcomers.names();
    CHECK(created == acknowledged_names(answers));
    CHECK(count_hidden(created) == hidden);
  }
}

TEST_CASE("no request of a client makes nginx take a node out") {
  const auto front = GENERATE(nginx_that_collects, nginx_that_passes_on);
  INFO(front.directives);
  Balanced balanced(front.balancer, false, front.directives);
  HttpClient other(balanced.port());
  const auto repeat = [&](int times, const std::string& request) {
    INFO(shown(request));
    for (int i = 0; i < times; ++i) {
      all_answers(balanced.port(), request + last_request());
      check_is_user(other.ask(request_of_user(3)), 3);
    }
  };
  repeat(50, Request{.method = "QUERY", .target = "/users", .body = "{}"}.bytes());
  // Two failures within a second take a node out.
  for (const auto& request : ambiguous_requests()) repeat(4, request);
  INFO(balanced.log());
  CHECK(balanced.log().find("upstream") == std::string::npos);
}

}  // namespace rollcall::tests
