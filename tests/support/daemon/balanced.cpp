#include "tests/support/daemon/balanced.hpp"

#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/nginx.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/places.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

using Changes = std::vector<std::pair<std::string, std::string>>;

std::string at(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

/// The text of a file of packaging/ with all occurrences of each text replaced; fails the test
/// where there is none.
std::string shipped(const std::string& name, const Changes& changes) {
  auto text = read_file(source_path("packaging/" + name));
  for (const auto& [from, to] : changes) {
    auto place = text.find(from);
    REQUIRE(place != std::string::npos);
    for (; place != std::string::npos; place = text.find(from, place + to.size())) {
      text.replace(place, from.size(), to);
    }
  }
  return text;
}

}  // namespace

Balanced::Balanced(const std::string& balancer, bool cuttable, std::string directives)
    : cuttable_(cuttable), directives_(std::move(directives)) {
  for (const auto& node : nodes_) wait_for_every_part(node.admin_port());
  create_sample_users(nodes_[0].port(), 10);
  balancer_ = std::make_unique<ChildProcess>(balancer == "haproxy" ? haproxy() : nginx());
  wait_for_accepting(port_);
}

std::string Balanced::way_to(std::size_t node) const {
  return at(cuttable_ ? ways_[node].port() : nodes_[node].port());
}

void Balanced::wait_for_log(const std::string& text) const {
  wait_until("the balancer never says " + text,
             [&] { return log().find(text) != std::string::npos; });
}

std::string Balanced::log() const { return read_file(folder_ / "log"); }

int Balanced::answered_by(std::size_t node) const {
  return requests_answered(nodes_[node].admin_port());
}

Spawn Balanced::haproxy() const {
  const auto file = folder_ / "haproxy.cfg";
  const auto& [a, b] = nodes_;
  write_file(file,
             shipped("haproxy.cfg", {{"127.0.0.1:8000", at(port_)},
                                     {"127.0.0.1:8080", way_to(0)},
                                     {"port 8081", "port " + std::to_string(a.admin_port())},
                                     {"127.0.0.1:8090", way_to(1)},
                                     {"port 8091", "port " + std::to_string(b.admin_port())}}));
  return {.program = "/usr/sbin/haproxy",
          .arguments = {"-db", "-f", file.string()},
          .stderr_file = folder_ / "log"};
}

Spawn Balanced::nginx() const {
  return nginx_with(shipped("nginx.conf", {{"127.0.0.1:8000", at(port_)},
                                           {"127.0.0.1:8080", way_to(0)},
                                           {"127.0.0.1:8090", way_to(1)}}),
                    directives_, folder_);
}

}  // namespace rollcall::tests
