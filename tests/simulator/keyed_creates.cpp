#include <algorithm>
#include <map>
#include <utility>

#include "tests/simulator/checker.hpp"

namespace rollcall::simulator {

namespace {

/// A user whom creates of one token have made.
struct Made {
  std::int64_t user;
  StateChange creation;
  bool lasting;  // no failover has lost it
};

std::vector<Made> made_by(const std::string& token, const Truth& truth) {
  std::vector<Made> made;
  for (const auto& [user, changes] : truth.users) {
    const auto creation = std::find_if(changes.begin(), changes.end(), [&](const auto& change) {
      return !change.undone && change.state && change.state->name == token;
    });
    if (creation == changes.end()) continue;
    const bool lost = std::any_of(
        creation, changes.end(), [](const auto& change) { return change.undone && !change.state; });
    made.push_back({user, *creation, !lost});
  }
  return made;
}

/// The rule that the answer breaks; empty where it breaks none.
std::string broken_by(const Operation& create, const std::vector<Made>& made) {
  const auto its = std::find_if(made.begin(), made.end(),
                                [&](const Made& each) { return each.user == create.user; });
  if (its == made.end()) return "an acknowledged write is committed";
  const auto stamp = its->creation.stamp;
  if (stamp > create.answered_stamp) return "an acknowledged write is committed before its answer";
  if (!create.replay && stamp < create.asked_stamp) return "a repetition says that it is one";
  if (its->creation.state != create.seen) return "a repetition gets the first answer";
  return {};
}

}  // namespace

std::vector<Violation> violations_of_keys(const History& history, const Truth& truth) {
  std::map<std::string, std::vector<const Operation*>> by_token;
  for (const auto& operation : history.operations) {
    if (operation.keyed) by_token[operation.token].push_back(&operation);
  }
  std::vector<Violation> violations;
  for (const auto& [token, creates] : by_token) {
    const auto made = made_by(token, truth);
    const auto complain = [&, all = &creates](std::string rule) {
      Violation violation{std::move(rule), {}};
      for (const auto* create : *all) violation.lines.push_back(shown(*create));
      for (const auto& each : made) violation.lines.push_back(shown(each.user, each.creation));
      violations.push_back(std::move(violation));
    };
    if (std::count_if(made.begin(), made.end(), [](const Made& each) { return each.lasting; }) >
        1) {
      complain("creates with one key make one user");
    }
    const bool refused = std::all_of(creates.begin(), creates.end(), [](const auto* create) {
      return create->answers > 0 && create->refused();
    });
    if (refused && !made.empty()) complain("a refused write is not applied");
    for (const auto* create : creates) {
      if (!create->succeeded()) continue;
      if (auto rule = broken_by(*create, made); !rule.empty()) complain(std::move(rule));
    }
  }
  return violations;
}

}  // namespace rollcall::simulator
