#include "http/api/user_body.hpp"

#include <string>
#include <utility>
#include <vector>

#include "domain/user_fields.hpp"
#include "json/object.hpp"

namespace rollcall::http {

namespace {

// The member's name as a JSON Pointer (RFC 6901).
std::string pointer_to(std::string_view name) {
  std::string pointer = "/";
  for (char c : name) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
  return pointer;
}

// What was read from a body, and every error in it.
struct Reading {
  UserDraft draft{};
  std::vector<bool> given = std::vector<bool>(user_field_count, false);
  std::vector<InvalidField> invalid{};

  void reject(std::string_view field, std::string detail) {
    invalid.push_back({pointer_to(field), std::move(detail)});
  }

  Problem problem() {
    auto detail = invalid.size() == 1 ? "1 field is wrong"
                                      : std::to_string(invalid.size()) + " fields are wrong";
    return {ProblemType::validation_failed, std::move(detail), std::move(invalid)};
  }
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
    return reading.reject(member.name, "no such field; " + client_field_list() + " are allowed");
  }
  if (field_infos[*field].given_by == GivenBy::server) {
    return reading.reject(member.name, "is given by the server and can't be set");
  }
  reading.given[*field] = true;
  if (auto error = set(reading.draft, *field, member)) {
    reading.reject(member.name, std::move(*error));
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
      reading->reject(field_infos[field].name, "is required");
    }
  }
  if (!reading->invalid.empty()) return tl::unexpected(reading->problem());
  return reading->draft.fields();
}

tl::expected<UserPatch, Problem> parse_user_patch(std::string_view body) {
  auto reading = read(body);
  if (!reading) return tl::unexpected(reading.error());
  if (!reading->invalid.empty()) return tl::unexpected(reading->problem());
  return reading->draft.patch();
}

}  // namespace rollcall::http
