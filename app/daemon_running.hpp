// The running parts of a daemon. Part of app/daemon.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

#include "actors/directory/tree.hpp"
#include "app/daemon.hpp"
#include "http/admin/readiness_handle.hpp"
#include "http/api/gateway_handle.hpp"
#include "http/server/listener_handle.hpp"
#include "http/server/loop_state.hpp"

namespace rollcall::app {

// No actor runs on CAF's pool. CAF needs at least one thread there, which stays idle, as do those
// of its clock and its printer.
struct SystemConfig : caf::actor_system_config {
  SystemConfig() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 1);
  }
};

/// What lives on one HTTP loop.
struct HttpLoop {
  HttpLoop(caf::actor_system& system, int number)
      : thread("http-" + std::to_string(number)),
        state(std::make_shared<http::LoopState>()),
        gateway(system, thread.loop()),
        listener(system, thread.loop()) {}

  actors::LoopThread thread;
  std::shared_ptr<http::LoopState> state;
  actors::Address<http::GatewayHandle> gateway;
  actors::Address<http::ListenerHandle> listener;
};

/// Member order is lifetime order.
struct Daemon::Running {
  Running(const actors::Database& database, int loops,
          const std::function<void(const std::string&)>& on_schema_mismatch) {
    for (int i = 0; i < loops; ++i) http.push_back(std::make_unique<HttpLoop>(system, i));
    for (auto& loop : http) http_loops.push_back(&loop->thread.loop());
    stores = database.stores({system, control.loop(), http_loops, on_schema_mismatch});
    addresses.emplace(system, control.loop(), stores->handles(), http_loops);
  }

  std::vector<actors::LoopThread*> threads() {
    std::vector<actors::LoopThread*> all{&control, &admin};
    for (auto* thread : stores->threads()) all.push_back(thread);
    for (auto& loop : http) all.push_back(&loop->thread);
    return all;
  }

  SystemConfig config;
  caf::actor_system system{config};
  actors::LoopThread control{"control"};
  actors::LoopThread admin{"admin"};
  std::vector<std::unique_ptr<HttpLoop>> http;
  std::vector<actors::Loop*> http_loops;
  std::unique_ptr<actors::Stores> stores;
  std::optional<actors::Addresses> addresses;
  actors::Address<http::ReadinessHandle> readiness{system, admin.loop()};
  actors::Address<http::ListenerHandle> admin_listener{system, admin.loop()};
  actors::Address<actors::SupervisorHandle> edge{system, control.loop()};
  actors::Address<actors::SupervisorHandle> admin_branch{system, control.loop()};
  actors::Address<actors::SupervisorHandle> root{system, control.loop()};
  std::promise<void> ended;
};

}  // namespace rollcall::app
