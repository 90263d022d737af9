// The messages of supervisors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace rollcall::actors {

/// A child has started (a supervisor: with all of its children). Sent from the child's loop.
struct ChildStarted {
  std::size_t index;
  std::uint64_t generation;
};

/// Asks for the state of all children (OTP's which_children).
struct WhichChildren {};
struct ChildReport {
  std::string name;
  bool running;
  int restarts;                 // after its own crashes, since its supervisor started
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
