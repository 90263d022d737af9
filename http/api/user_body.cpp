#include "http/api/user_body.hpp"

#include <string>
#include <utility>
#include <vector>

#include "domain/user_fields.hpp"
#include "http/wire/faults.hpp"
#include "json/object.hpp"

namespace rollcall::http {

namespace {

// What was read from a body, and every error in it.
struct Reading {
  UserDraft draft{};
  std::vector<bool> given = std::vector<bool>(user_field_count, false);
  Faults faults{};
};

std::optional<std::string> set(UserDraft& draft, std::size_t field, const json::Member& member) {
  using Kind = json::Member::Kind;
  if (member.kind == Kind::null) return set_null(draft, field);
  if (member.kind == Kind::string) return set_text(draft, field, member.text);
  return "must be " + std::string(field_infos[field].type_text());
}

void read_member(const json::Member& member, Reading& reading) {
  const auto field = field_named(member.name);
  if (!field) {
    return reading.faults.add_field(member.name,
                                    "no such field; " + client_field_list() + " are allowed");
  }
  if (field_infos[*field].given_by == GivenBy::server) {
    return reading.faults.add_field(member.name, "is given by the server and can't be set");
  }
  reading.given[*field] = true;
  if (auto error = set(reading.draft, *field, member)) {
    reading.faults.add_field(member.name, *error);
  }
}

tl::expected<Reading, Problem> read(std::string_view body) {
  auto members = json::parse_object(body);
  if (!members) {
    return tl::unexpected(Problem{ProblemType::malformed_json, "the body " + members.error()});
  }
  Reading reading;
  for (const auto& member : *members) read_member(member, reading);
  return reading;
}

}  // namespace

tl::expected<UserFields, Problem> parse_user(std::string_view body) {
  auto reading = read(body);
  if (!reading) return tl::unexpected(reading.error());
  for (std::size_t field = 0; field < user_field_count; ++field) {
    if (field_infos[field].required() && !reading->given[field]) {
      reading->faults.add_field(field_infos[field].name, "is required");
    }
  }
  if (!reading->faults.empty()) return tl::unexpected(std::move(reading->faults).of_body());
  return reading->draft.fields();
}

tl::expected<UserPatch, Problem> parse_user_patch(std::string_view body) {
  auto reading = read(body);
  if (!reading) return tl::unexpected(reading.error());
  if (!reading->faults.empty()) return tl::unexpected(std::move(reading->faults).of_body());
  return reading->draft.patch();
}

}  // namespace rollcall::http
