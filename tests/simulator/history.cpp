#include "tests/simulator/history.hpp"

namespace rollcall::simulator {

namespace {

std::string in_ms(TimePoint at) {
  using std::chrono::milliseconds;
  const auto since = at.time_since_epoch() - std::chrono::hours{1};
  return std::to_string(std::chrono::duration_cast<milliseconds>(since).count()) + " ms";
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::read:
      return "read";
    case Kind::fresh_read:
      return "fresh read";
    case Kind::empty_patch:
      return "empty patch";
    case Kind::create:
      return "create";
    case Kind::change:
      return "change";
    case Kind::conditional_change:
      return "conditional change";
    case Kind::remove:
      return "delete";
  }
  return {};
}

std::string shown(const Operation& operation) {
  std::string text = "op " + std::to_string(operation.number) + ", client " +
                     std::to_string(operation.client) + " at node " +
                     static_cast<char>('A' + operation.node) + " loop " +
                     std::to_string(operation.loop) + ": " + std::string(name_of(operation.kind)) +
                     " of user " + std::to_string(operation.user);
  if (!operation.token.empty()) text += " as '" + operation.token + "'";
  if (operation.expected_version != 0) {
    text += " if version " + std::to_string(operation.expected_version);
  }
  text += ", asked #" + std::to_string(operation.asked_stamp) + " " + in_ms(operation.asked_at);
  if (operation.answers == 0) return text + ", not answered";
  text += ", answered #" + std::to_string(operation.answered_stamp) + " " +
          in_ms(operation.answered_at) + ": " + std::to_string(operation.status);
  if (!operation.slug.empty()) text += " " + operation.slug;
  if (operation.seen) {
    text +=
        " version " + std::to_string(operation.seen->version) + " '" + operation.seen->name + "'";
  }
  if (operation.replay) text += " (replay)";
  return operation.stale ? text + " (stale)" : text;
}

std::string shown(std::int64_t user, const StateChange& change) {
  const auto state = change.state ? "version " + std::to_string(change.state->version) + " '" +
                                        change.state->name + "'"
                                  : "absent";
  return "    #" + std::to_string(change.stamp) + " " + in_ms(change.time) + ": user " +
         std::to_string(user) + (change.undone ? " is again " : " is ") + state;
}

}  // namespace rollcall::simulator
