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

// `id`: of the user that exists; without it the server gives its fields later.
void read_member(const json::Member& member, std::optional<UserId> id, Reading& reading) {
  const auto field = field_named(member.name);
  if (!field) {
    return reading.faults.add_field(member.name,
                                    "no such field; " + client_field_list() + " are allowed");
  }
  if (field_infos[*field].given_by == GivenBy::server && !id) {
    return reading.faults.add_field(member.name, "is given by the server and can't be set");
  }
  reading.given[*field] = true;
  if (auto error = set_json(reading.draft, *field, member)) {
    reading.faults.add_field(member.name, *error);
  } else if (member.name == "id" && reading.draft.id != id) {
    reading.faults.add_field(member.name,
                             "is not that of the path, which is " + std::to_string(id->value()));
  }
}

tl::expected<Reading, Problem> read(std::string_view body, std::optional<UserId> id) {
  auto members = json::parse_object(body);
  if (!members) {
    return tl::unexpected(Problem{ProblemType::malformed_json, "the body " + members.error()});
  }
  Reading reading;
  for (const auto& member : *members) read_member(member, id, reading);
  return reading;
}

tl::expected<UserDraft, Problem> draft_of(Reading reading) {
  if (!reading.faults.empty()) return tl::unexpected(std::move(reading.faults).of_body());
  return std::move(reading.draft);
}

tl::expected<UserDraft, Problem> read_whole(std::string_view body, std::optional<UserId> id) {
  auto reading = read(body, id);
  if (!reading) return tl::unexpected(std::move(reading.error()));
  for (std::size_t field = 0; field < user_field_count; ++field) {
    if (field_infos[field].required() && !reading->given[field]) {
      reading->faults.add_field(field_infos[field].name, "is required");
    }
  }
  return draft_of(std::move(*reading));
}

ExpectedRecord expected_of(const UserDraft& draft) {
  return {draft.version, draft.created_at, draft.updated_at};
}

}  // namespace

tl::expected<UserFields, Problem> parse_user(std::string_view body) {
  return read_whole(body, std::nullopt).map([](const UserDraft& draft) { return draft.fields(); });
}

tl::expected<ReplaceUser, Problem> parse_replacement(std::string_view body, UserId id) {
  return read_whole(body, id).map([&](const UserDraft& draft) {
    return ReplaceUser{id, draft.fields(), {}, expected_of(draft)};
  });
}

tl::expected<PatchUser, Problem> parse_user_patch(std::string_view body, UserId id) {
  return read(body, id).and_then(draft_of).map([&](const UserDraft& draft) {
    return PatchUser{id, draft.patch(), {}, expected_of(draft)};
  });
}

}  // namespace rollcall::http
