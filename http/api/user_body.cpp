#include "http/api/user_body.hpp"

#include <array>
#include <string>
#include <utility>

#include "http/wire/json_object.hpp"

namespace rollcall::http {

namespace {

constexpr std::array<std::string_view, 4> given_by_server{"id", "version", "created_at",
                                                          "updated_at"};

// What is read of a body, and all that is wrong with it.
struct Reading {
  std::optional<UserName> name;
  std::optional<std::optional<Email>> email;
  bool name_given = false;
  std::vector<InvalidField> faults;

  void fault(std::string_view field, std::string detail) {
    faults.push_back({pointer_to(field), std::move(detail)});
  }

  Problem problem() {
    auto detail = faults.size() == 1 ? "1 field is wrong"
                                     : std::to_string(faults.size()) + " fields are wrong";
    return {ProblemType::validation_failed, std::move(detail), std::move(faults)};
  }
};

void read_name(const Member& member, Reading& reading) {
  reading.name_given = true;
  if (member.kind != Member::Kind::string) {
    reading.fault("name", "must be a string");
    return;
  }
  auto name = UserName::parse(member.text);
  if (name) {
    reading.name = std::move(*name);
  } else {
    reading.fault("name", std::move(name.error()));
  }
}

void read_email(const Member& member, Reading& reading) {
  if (member.kind == Member::Kind::null) {
    reading.email.emplace(std::nullopt);
    return;
  }
  if (member.kind != Member::Kind::string) {
    reading.fault("email", "must be a string, or null for none");
    return;
  }
  auto email = Email::parse(member.text);
  if (email) {
    reading.email.emplace(std::move(*email));
  } else {
    reading.fault("email", std::move(email.error()));
  }
}

void read_unknown(const Member& member, Reading& reading) {
  for (auto field : given_by_server) {
    if (member.name == field) {
      reading.fault(field, "is given by the server and can't be set");
      return;
    }
  }
  reading.fault(member.name, "no such field; name and email are allowed");
}

tl::expected<Reading, Problem> read(std::string_view body) {
  auto members = parse_object(body);
  if (!members) return tl::unexpected(members.error());
  Reading reading;
  for (const auto& member : *members) {
    if (member.name == "name") {
      read_name(member, reading);
    } else if (member.name == "email") {
      read_email(member, reading);
    } else {
      read_unknown(member, reading);
    }
  }
  return reading;
}

}  // namespace

tl::expected<UserBody, Problem> parse_user(std::string_view body) {
  auto reading = read(body);
  if (!reading) return tl::unexpected(reading.error());
  if (!reading->name_given) reading->fault("name", "is required");
  if (!reading->faults.empty()) return tl::unexpected(reading->problem());
  return UserBody{std::move(*reading->name), std::move(reading->email).value_or(std::nullopt)};
}

tl::expected<UserPatchBody, Problem> parse_user_patch(std::string_view body) {
  auto reading = read(body);
  if (!reading) return tl::unexpected(reading.error());
  if (!reading->faults.empty()) return tl::unexpected(reading->problem());
  return UserPatchBody{std::move(reading->name), std::move(reading->email)};
}

}  // namespace rollcall::http
