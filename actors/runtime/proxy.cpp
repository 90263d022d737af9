#include "actors/runtime/proxy.hpp"

#include <utility>

namespace rollcall::actors {

void Proxy::enqueue(caf::mailbox_element_ptr element, caf::execution_unit*) {
  if (loop_.here()) {
    forward(std::move(element));
    return;
  }
  loop_.post([this, keep = caf::strong_actor_ptr{ctrl()}, element = std::move(element)]() mutable {
    forward(std::move(element));
  });
}

void Proxy::forward(caf::mailbox_element_ptr element) {
  if (child_) {
    child_->enqueue(std::move(element), nullptr);
  } else {
    reject(*element, unavailable);
  }
}

}  // namespace rollcall::actors
