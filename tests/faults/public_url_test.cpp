// A daemon that nginx serves below a path, which it takes off each target.
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/nginx.hpp"
#include "tests/support/http/client.hpp"
#include "tests/support/network/free_port.hpp"

namespace rollcall::tests {

namespace {

class Prefixed {
 public:
  Prefixed() { wait_for_accepting(port_); }

  /// What a client gets that follows this link. Not recorded for the contract, whose daemon has no
  /// public URL.
  Response follow(const std::string& link, Request request = {}) const {
    INFO(link);
    REQUIRE(link.starts_with(origin_ + "/"));
    request.target = link.substr(origin_.size());
    HttpClient client(port_);
    client.send(request.bytes());
    return client.read(request.method);
  }
  std::string url() const { return origin_ + "/api/v1"; }

 private:
  std::string configuration() const {
    return "events {\n}\nhttp {\naccess_log off;\nserver {\nlisten 127.0.0.1:" +
           std::to_string(port_) +
           ";\nlocation /api/v1/ {\nproxy_redirect off;\nproxy_pass http://127.0.0.1:" +
           std::to_string(daemon_.port()) + "/;\n}\n}\n}\n";
  }

  std::uint16_t port_ = free_port();
  std::string origin_ = "http://127.0.0.1:" + std::to_string(port_);
  DaemonProcess daemon_{{.loops = 1, .set = {"http.public_url=" + url()}}};
  TempDir folder_;
  ChildProcess nginx_{nginx_with(configuration(), "", folder_)};
};

}  // namespace

TEST_CASE("behind nginx, which serves the daemon below a path, every link leads where it says") {
  const Prefixed prefixed;
  const auto create = [&](const std::string& name) {
    return prefixed.follow(prefixed.url() + "/users",
                           {.method = "POST",
                            .headers = {{"Content-Type", "application/json"}},
                            .body = Json{{"name", name}}.dump()});
  };
  const auto created = create("Ada");
  REQUIRE(created.status == 201);
  CHECK(prefixed.follow(created.header("Location").value()).json().at("name") == "Ada");
  REQUIRE(create("Eve").status == 201);
  const auto page = prefixed.follow(prefixed.url() + "/users?limit=1");
  const auto next = page.json().at("next").get<std::string>();
  CHECK(prefixed.follow(next).json().at("users").at(0).at("name") == "Eve");
  CHECK(page.header("Link") == "<" + next + ">; rel=\"next\"");
  const auto problem = prefixed.follow(prefixed.url() + "/users/0");
  REQUIRE(problem.status == 400);
  const auto explained = prefixed.follow(problem.json().at("type").get<std::string>());
  CHECK(explained.status == 200);
  CHECK(explained.body.find("invalid-id") != std::string::npos);
  const auto document = prefixed.follow(prefixed.url() + "/openapi.json").json();
  const auto server = document.at("servers").at(0).at("url").get<std::string>();
  CHECK(prefixed.follow(server + "/users/1").json().at("name") == "Ada");
}

}  // namespace rollcall::tests
