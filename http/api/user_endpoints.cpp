#include "http/api/user_endpoints.hpp"

#include <string>
#include <utility>

#include "http/api/kept_response.hpp"
#include "http/api/list_arguments.hpp"
#include "http/api/user_body.hpp"
#include "http/wire/cache_control.hpp"
#include "http/wire/percent.hpp"

namespace rollcall::http {

namespace {

using Result = tl::expected<Outcome, Problem>;

// Digits may be percent-encoded, which is the same path (RFC 3986 6.2.2.2).
ParameterFault read_id(std::string_view segment, Arguments& arguments) {
  if (segment.find('%') == std::string_view::npos) {
    arguments.id = UserId::parse(segment);
  } else if (const auto decoded = percent_decoded(segment)) {
    arguments.id = UserId::parse(*decoded);
  }
  if (arguments.id) return std::nullopt;
  return "an id is a decimal number from 1 to 9223372036854775807, without leading zeros";
}

constexpr Parameter id_segment{
    "id", "The user's id.",
    R"({"type":"integer","format":"int64","minimum":1,"maximum":9223372036854775807,)"
    R"("examples":[42]})",
    read_id};

Result list_users(const Request& request, Arguments&& arguments) {
  return list_of(std::move(arguments)).map([&](ReadList&& read) {
    const bool page = std::holds_alternative<PageQuery>(read.list);
    read.count = page && preference_of(request, "count") == "exact";
    return Outcome(Operation(std::move(read)));
  });
}

Result read_user(const Request& request, Arguments&& arguments) {
  return Operation(
      ReadUser{*arguments.id, says_no_cache(request), std::move(arguments.precondition)});
}

Result create_user(const Request& request, Arguments&& arguments) {
  return parse_user(request.body).map([&](UserFields&& fields) {
    CreateUser create{std::move(fields)};
    if (const auto key = arguments.idempotency_key) {
      create.key = request_key(request, *key, arguments.links);
    }
    return Outcome(Operation(Change(std::move(create))));
  });
}

Result replace_user(const Request& request, Arguments&& arguments) {
  return parse_replacement(request.body, *arguments.id).map([&](ReplaceUser&& replacement) {
    replacement.precondition = std::move(arguments.precondition);
    return Outcome(Operation(Change(std::move(replacement))));
  });
}

Result patch_user(const Request& request, Arguments&& arguments) {
  return parse_user_patch(request.body, *arguments.id).map([&](PatchUser&& patch) {
    patch.precondition = std::move(arguments.precondition);
    return Outcome(Operation(Change(std::move(patch))));
  });
}

Result delete_user(const Request&, Arguments&& arguments) {
  return Operation(Change(DeleteUser{*arguments.id, std::move(arguments.precondition)}));
}

const std::vector<ProblemType> taken{ProblemType::email_taken, ProblemType::username_taken,
                                     ProblemType::external_id_taken};

constexpr std::string_view returned =
    "return=minimal: the answer has no body; return=representation, as without: it has the user "
    "(RFC 7240).";

std::vector<Endpoint> of_all_users() {
  const std::vector<std::string_view> of_list{"ETag", "Cache-Control", "Link", "Preference-Applied",
                                              "Vary"};
  return {
      {.method = Method::get,
       .path = "/users",
       .operation = "listUsers",
       .summary = "Lists users: by page, by ids, or by a unique field.",
       .kind = RequestKind::page,
       .parameters = list_parameters(),
       .conditions = ConditionsOn::list,
       .preferences = "count=exact: a page has the total of its filter too.",
       .answers = {{200, "The users.", {json_type}, "UserList", of_list},
                   {304, "The client has this list.", {}, {}, of_list}},
       .handle = list_users},
      {.method = Method::post,
       .path = "/users",
       .operation = "createUser",
       .summary = "Creates a user.",
       .kind = RequestKind::write,
       .conditions = ConditionsOn::all_users,
       .body = RequestBody{json_type, "NewUser"},
       .repeatable = true,
       .preferences = returned,
       .answers = {{201,
                    "The new user; no content if return=minimal was preferred.",
                    {json_type},
                    "User",
                    {"ETag", "Cache-Control", "Location", "Preference-Applied",
                     "Idempotency-Replayed"}}},
       .problems = taken,
       .handle = create_user},
  };
}

std::vector<Endpoint> of_one_user() {
  constexpr std::string_view path = "/users/{id}";
  const std::vector<std::string_view> validators{"ETag", "Cache-Control", "Last-Modified", "Age",
                                                 "Cache-Status"};
  const std::vector<std::string_view> of_change{"ETag", "Cache-Control", "Preference-Applied"};
  const std::vector<Answer> changed{
      {200, "The user as it is now.", {json_type}, "User", of_change},
      {204, "Done; return=minimal was preferred.", {}, {}, of_change}};
  return {
      {.method = Method::get,
       .path = path,
       .operation = "readUser",
       .summary = "Answers who this user is.",
       .kind = RequestKind::lookup,
       .segment = &id_segment,
       .conditions = ConditionsOn::user,
       .answers = {{200, "The user.", {json_type}, "User", validators},
                   {304, "The client has this version.", {}, {}, validators}},
       .handle = read_user},
      {.method = Method::put,
       .path = path,
       .operation = "replaceUser",
       .summary = "Replaces all fields that a client may set.",
       .kind = RequestKind::write,
       .segment = &id_segment,
       .conditions = ConditionsOn::user,
       .body = RequestBody{json_type, "UserReplacement"},
       .preferences = returned,
       .answers = changed,
       .problems = taken,
       .handle = replace_user},
      {.method = Method::patch,
       .path = path,
       .operation = "patchUser",
       .summary = "Changes the fields that a merge patch names (RFC 7396).",
       .kind = RequestKind::write,
       .segment = &id_segment,
       .conditions = ConditionsOn::user,
       .body = RequestBody{"application/merge-patch+json, application/json", "UserPatch"},
       .preferences = returned,
       .answers = changed,
       .problems = taken,
       .handle = patch_user},
      {.method = Method::remove,
       .path = path,
       .operation = "deleteUser",
       .summary = "Deletes a user.",
       .kind = RequestKind::write,
       .segment = &id_segment,
       .conditions = ConditionsOn::user,
       .answers = {{204, "The user was deleted."}},
       .handle = delete_user},
  };
}

}  // namespace

std::vector<Endpoint> user_endpoints() {
  auto endpoints = of_all_users();
  for (auto& endpoint : of_one_user()) endpoints.push_back(std::move(endpoint));
  return endpoints;
}

}  // namespace rollcall::http
