// What is said to supervisors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace rollcall::actors {

/// A child's role is made; from its loop to its supervisor.
struct ChildStarted {
  std::size_t index;
  std::uint64_t generation;
};

/// Whom do you supervise? (OTP's which_children.)
struct WhichChildren {};
struct ChildReport {
  std::string name;
  bool running;
  int restarts;                 // since its supervisor started
  caf::strong_actor_ptr actor;  // null while it is not running
};
using ChildReports = std::vector<ChildReport>;

using SupervisorHandle = caf::typed_actor<
    // Notes that a child runs, and starts the next.
    caf::reacts_to<ChildStarted>,
    // Lists the children in the order of their start.
    caf::replies_to<WhichChildren>::with<ChildReports>>;

}  // namespace rollcall::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ChildStarted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::WhichChildren)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ChildReports)
