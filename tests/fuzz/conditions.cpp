// If-Match and If-None-Match. Each line of the input is the value of a field line: of If-None-Match
// if it begins with `!`, else of If-Match.
#include <string>
#include <vector>

#include "http/wire/etag.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/json_check.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

using Sets = tl::expected<Precondition, http::Problem>;

Sets parsed(const std::vector<http::Field>& fields) {
  http::Request request;
  request.fields = fields;
  return http::parse_precondition(request, [] { return Timestamp{}; });
}

bool is_same(const std::optional<VersionSet>& left, const std::optional<VersionSet>& right) {
  if (!left || !right) return left.has_value() == right.has_value();
  return left->any == right->any && left->versions == right->versions;
}

// One field line for all those of this name, which is the same list (RFC 9110 5.3).
void add_joined(std::vector<http::Field>& to, std::string& text,
                const std::vector<http::Field>& fields, std::string_view name) {
  bool any = false;
  for (const auto& field : fields) {
    if (field.name != name) continue;
    if (any) text += " ,\t";
    any = true;
    text += field.value;
  }
  if (any) to.push_back({name, text});
}

void check_joined(const std::vector<http::Field>& fields, const Sets& sets) {
  std::vector<http::Field> joined;
  std::string match;
  std::string none_match;
  add_joined(joined, match, fields, "If-Match");
  add_joined(joined, none_match, fields, "If-None-Match");
  const auto again = parsed(joined);
  require(again.has_value() == sets.has_value(), "several lines are one list", {match, none_match});
  require(!again || (is_same(again->if_match, sets->if_match) &&
                     is_same(again->if_none_match, sets->if_none_match)),
          "several lines have the tags of one list", {match, none_match});
}

void check_rendered(const std::optional<VersionSet>& set, std::string_view name) {
  if (!set) return;
  std::string text = set->any ? "*" : "\"none-of-ours\"";
  for (const auto version : set->versions) text += ", " + http::etag_of(version);
  const auto again = parsed({{name, text}});
  require(again.has_value(), "tags that are written can be read", {text});
  require(is_same(name == "If-Match" ? again->if_match : again->if_none_match, set),
          "a version has one tag", {text});
}

}  // namespace

void check(std::string_view input) {
  std::vector<http::Field> fields;
  std::vector<http::Field> swapped;
  for (auto line : lines_of(input)) {
    const bool none = line.starts_with('!');
    if (none) line.remove_prefix(1);
    fields.push_back({none ? "If-None-Match" : "If-Match", line});
    swapped.push_back({none ? "if-match" : "if-none-match", line});
  }
  const auto sets = parsed(fields);
  check_joined(fields, sets);
  if (!sets) {
    require_document(sets.error(), "/users/1");
    return;
  }
  check_rendered(sets->if_match, "If-Match");
  check_rendered(sets->if_none_match, "If-None-Match");
  const auto other = parsed(swapped);
  require(other.has_value(), "both fields have one syntax", {input});
  for (const auto version : sets->if_match.value_or(VersionSet{}).versions) {
    require(other->if_none_match->contains(version), "what matches strongly matches weakly");
  }
}

}  // namespace rollcall::fuzz
