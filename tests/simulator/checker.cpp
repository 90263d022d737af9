#include "tests/simulator/checker.hpp"

#include <algorithm>
#include <limits>

namespace rollcall::simulator {

namespace {

constexpr auto end_of_time = std::numeric_limits<std::uint64_t>::max();

class Checker {
 public:
  Checker(const History& history, const Truth& truth, const Promises& promises)
      : history_(history), truth_(truth), promises_(promises) {}

  std::vector<Violation> run() {
    for (const auto& operation : history_.operations) {
      if (!answered_in_time(operation) || operation.keyed) continue;
      operation.is_read() ? check_read(operation) : check_write(operation);
    }
    for (auto& each : violations_of_keys(history_, truth_)) violations_.push_back(std::move(each));
    check_deletes();
    check_versions();
    check_readiness();
    return std::move(violations_);
  }

 private:
  using Changes = std::vector<StateChange>;

  const Changes& changes_of(std::int64_t user) const {
    static const Changes none;
    const auto found = truth_.users.find(user);
    return found != truth_.users.end() ? found->second : none;
  }

  // Whether the user was in this state at any time from the end of step `from` to that of `to`.
  template <class Matches>
  bool was(std::int64_t user, std::uint64_t from, std::uint64_t to, Matches matches) const {
    const auto& changes = changes_of(user);
    std::uint64_t begin = 0;
    State state;
    for (std::size_t i = 0; i <= changes.size(); ++i) {
      const auto end = i < changes.size() ? changes[i].stamp : end_of_time;
      if (begin <= to && end > from && matches(state)) return true;
      if (i == changes.size()) break;
      begin = end;
      state = changes[i].state;
    }
    return false;
  }

  // The step of the last change up to this time.
  std::uint64_t stamp_at(std::int64_t user, TimePoint time) const {
    std::uint64_t stamp = 0;
    for (const auto& change : changes_of(user)) {
      if (change.time <= time) stamp = change.stamp;
    }
    return stamp;
  }

  Duration notification_delay(int node) const {
    Duration way = promises_.notification_delay;
    if (!promises_.stalls_delay_notifications) return way;
    for (const auto& stall : history_.stalls) {
      if (stall.node == node && stall.loop == Stall::no_http_loop) way += stall.until - stall.from;
    }
    return way;
  }

  // While a server that has lost its name lives on, nodes that are not yet connected to the new
  // server may still read what was true when the old one lost the name.
  std::uint64_t excused(std::uint64_t from, const Operation& operation) const {
    for (const auto& succession : truth_.successions) {
      if (succession.behind || succession.stamp > operation.answered_stamp) continue;
      const auto arrived = succession.arrived.find(operation.node);
      if (arrived == succession.arrived.end() ||
          operation.asked_at <= arrived->second + promises_.arrival_grace) {
        from = std::min(from, succession.stamp);
      }
    }
    return from;
  }

  // The last change that the same node had acknowledged when the read was requested. A client gets
  // the answer in the step in which it is sent, so a write answered in that same step counts too.
  std::uint64_t own_floor(const Operation& read) const {
    std::uint64_t floor = 0;
    for (const auto& write : history_.operations) {
      if (write.is_read() || !write.succeeded() || write.node != read.node ||
          write.user != read.user || write.answered_stamp > read.asked_stamp) {
        continue;
      }
      for (const auto& change : changes_of(write.user)) {
        if (made(write, change)) floor = std::max(floor, change.stamp);
      }
    }
    return floor;
  }

  static bool made(const Operation& write, const StateChange& change) {
    if (change.undone) return false;
    if (write.kind == Kind::remove) {
      return !change.state && change.stamp >= write.asked_stamp &&
             change.stamp <= write.answered_stamp;
    }
    return change.state && change.state->name == write.token;
  }

  void complain(const std::string& rule, const Operation& operation) {
    Violation violation{rule, {shown(operation)}};
    for (const auto& change : changes_of(operation.user))
      violation.lines.push_back(shown(operation.user, change));
    violations_.push_back(std::move(violation));
  }

  bool answered_in_time(const Operation& operation) {
    if (operation.answers == 0) {
      complain("every request is answered", operation);
      return false;
    }
    if (operation.answers > 1) complain("every request is answered once", operation);
    auto limit = operation.deadline;
    for (const auto& stall : history_.stalls) {
      if (stall.node == operation.node && stall.loop == operation.loop &&
          stall.from <= limit + promises_.answer_grace) {
        limit = std::max(limit, stall.until);
      }
    }
    if (operation.answered_at > limit + promises_.answer_grace) {
      complain("every request is answered by its deadline", operation);
    }
    return true;
  }

  void check_read(const Operation& read) {
    if (read.status != 200 && read.status != 404) {
      if (read.last) complain("all is well when nothing goes wrong any more", read);
      return;
    }
    const auto is_it = [&](const State& state) { return state == read.seen; };
    if (read.last) {
      if (read.stale) complain("all is well when nothing goes wrong any more", read);
      if (!was(read.user, read.asked_stamp, read.answered_stamp, is_it)) {
        complain("in the end every cache agrees with the database", read);
      }
      return;
    }
    if (!was(read.user, 0, read.answered_stamp, is_it)) {
      complain("what is read was committed", read);
      return;
    }
    if (!was(read.user, own_floor(read), read.answered_stamp, is_it)) {
      complain("a node reads its own acknowledged writes", read);
    }
    if (read.is_fresh_read()) {
      if (read.stale ||
          !was(read.user, excused(read.asked_stamp, read), read.answered_stamp, is_it)) {
        complain("a fresh read is at least as new as the request", read);
      }
      return;
    }
    const auto age = read.stale ? promises_.stale_if_error : promises_.lease;
    const auto from = stamp_at(read.user, read.asked_at - age - notification_delay(read.node));
    if (!was(read.user, excused(from, read), read.answered_stamp, is_it)) {
      complain(read.stale
                   ? "a stale answer is not older than stale_if_error"
                   : "no answer is older than the notification's delay and invalidation.timeout",
               read);
    }
    check_monotonic(read);
  }

  // Holds for the requests of one client, which go to one loop, one after the other.
  void check_monotonic(const Operation& read) {
    const auto& changes = changes_of(read.user);
    const bool undone = std::any_of(changes.begin(), changes.end(),
                                    [](const auto& change) { return change.undone; });
    if (undone || read.stale || !read.seen) return;
    for (const auto& before : history_.operations) {
      if (before.number >= read.number) return;
      if (before.client != read.client || before.user != read.user || before.stale) continue;
      if (before.answered_stamp >= read.asked_stamp) continue;
      if (before.seen && before.seen->version > read.seen->version) {
        complain("reads of one connection are monotonic; before: " + shown(before), read);
        return;
      }
    }
  }

  void check_write(const Operation& write) {
    if (write.kind != Kind::remove) {
      check_token(write);
    } else if (write.succeeded() && own_changes(write) == 0) {
      complain("an acknowledged write is committed", write);
    }
    if (write.slug == "precondition-failed") {
      const auto other = [&](const State& state) {
        return state && state->version != write.expected_version;
      };
      if (!was(write.user, write.asked_stamp, write.answered_stamp, other)) {
        complain("a precondition fails only where it does not hold", write);
      }
    }
    if (write.slug == "user-not-found" && !was(write.user, write.asked_stamp, write.answered_stamp,
                                               [](const State& state) { return !state; })) {
      complain("a user that exists is found", write);
    }
  }

  int own_changes(const Operation& write) const {
    const auto& changes = changes_of(write.user);
    return static_cast<int>(std::count_if(changes.begin(), changes.end(),
                                          [&](const auto& change) { return made(write, change); }));
  }

  void check_token(const Operation& write) {
    int commits = 0;
    for (const auto& [user, changes] : truth_.users) {
      for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!made(write, changes[i])) continue;
        ++commits;
        const auto stamp = changes[i].stamp;
        if (write.succeeded() && (stamp < write.asked_stamp || stamp > write.answered_stamp)) {
          complain("an acknowledged write is committed before its answer", write);
        }
        if (write.succeeded() && changes[i].state != write.seen) {
          complain("a write is answered with what it made", write);
        }
        if (write.kind == Kind::conditional_change &&
            (i == 0 || !changes[i - 1].state ||
             changes[i - 1].state->version != write.expected_version)) {
          complain("no update is lost under If-Match", write);
        }
      }
    }
    if (write.succeeded() && commits == 0) complain("an acknowledged write is committed", write);
    if (write.refused() && commits > 0) complain("a refused write is not applied", write);
    if (commits > 1) complain("a write is applied once", write);
  }

  // A node that never recovers breaks no other rule: without a lease it queries the database.
  void check_readiness() {
    for (const auto& node : history_.readiness) {
      if (node.status == 200) continue;
      violations_.push_back(
          {"in the end every part of a node is ready",
           {"node " + node.node + ": " + std::to_string(node.status) + " " + node.body}});
    }
  }

  // A delete has no token: so some client must have requested a delete of that user.
  void check_deletes() {
    for (const auto& entry : truth_.users) {
      const auto user = entry.first;
      for (const auto& change : entry.second) {
        if (change.state || change.undone) continue;
        const bool asked = std::any_of(
            history_.operations.begin(), history_.operations.end(), [&](const auto& operation) {
              return operation.kind == Kind::remove && operation.user == user &&
                     operation.asked_stamp <= change.stamp && !operation.refused();
            });
        if (asked) continue;
        complain("every delete that was applied was requested",
                 Operation{.kind = Kind::remove, .user = user});
      }
    }
  }

  // No two writes give the same name.
  void check_versions() {
    const auto same = [](const StateChange& before, const StateChange& after) {
      return !after.undone && before.state && after.state &&
             before.state->name == after.state->name;
    };
    for (const auto& [user, changes] : truth_.users) {
      if (std::adjacent_find(changes.begin(), changes.end(), same) == changes.end()) continue;
      complain("a write that changes nothing makes no version",
               Operation{.kind = Kind::empty_patch, .user = user});
    }
  }

  const History& history_;
  const Truth& truth_;
  const Promises& promises_;
  std::vector<Violation> violations_{};
};

}  // namespace

std::vector<Violation> violations_of(const History& history, const Truth& truth,
                                     const Promises& promises) {
  return Checker(history, truth, promises).run();
}

}  // namespace rollcall::simulator
