#include "json/merge_patch.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rollcall::json {

namespace {

using Kind = Member::Kind;

// Changes the value of `target`, not its name. Recurses as deep as objects are nested, which the
// reader has bounded.
void merge_into(Member& target, const Member& patch) {
  if (patch.kind == Kind::object) {
    std::vector<Member> members;
    if (target.kind == Kind::object) members = parse_object(target.text).value();
    target.text = text_of(merge_patched(std::move(members), parse_object(patch.text).value()));
  } else {
    target.text = patch.text;
  }
  target.kind = patch.kind;
  target.integer = patch.integer;
  target.boolean = patch.boolean;
}

}  // namespace

std::vector<Member> merge_patched(std::vector<Member> target, const std::vector<Member>& patch) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < target.size(); ++i) places.emplace(target[i].name, i);
  std::vector<bool> removed(target.size(), false);
  std::vector<Member> added;
  for (const Member& change : patch) {
    const auto place = places.find(change.name);
    if (place == places.end()) {
      if (change.kind == Kind::null) continue;
      merge_into(added.emplace_back(Member{change.name, Kind::null}), change);
    } else if (change.kind == Kind::null) {
      removed[place->second] = true;
    } else {
      merge_into(target[place->second], change);
    }
  }
  std::vector<Member> result;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (!removed[i]) result.push_back(std::move(target[i]));
  }
  std::move(added.begin(), added.end(), std::back_inserter(result));
  return result;
}

}  // namespace rollcall::json
