#include "http/api/user_request.hpp"

#include <string>
#include <utility>

#include "http/api/user_body.hpp"
#include "http/wire/cache_control.hpp"
#include "http/wire/media_type.hpp"

namespace rollcall::http {

namespace {

using Parsed = tl::expected<Operation, Refusal>;

// What the head of a request says.
struct HeadOfUsers {
  std::optional<UserId> id{};  // of /users/{id}
  Precondition precondition{};
};

tl::unexpected<Refusal> refused(Problem problem, std::string fields = {}) {
  return tl::unexpected(Refusal{std::move(problem), std::move(fields)});
}

// RFC 9110 15.5.16, RFC 5789 2.2.
std::optional<Refusal> refuse_body_type(const Request& request) {
  const auto types = accepted_types(request.method);
  if (types.empty()) return std::nullopt;
  if (auto problem = refuse_content_coding(request)) {
    return Refusal{std::move(*problem), "Accept-Encoding: identity\r\n"};
  }
  auto problem = refuse_media_type(request, types);
  if (!problem) return std::nullopt;
  auto fields = "Accept: " + std::string(types) + "\r\n";
  if (request.method == Method::patch) fields += "Accept-Patch: " + std::string(types) + "\r\n";
  return Refusal{std::move(*problem), std::move(fields)};
}

// The condition of a create is about /users, which exists and has neither an entity tag (RFC 9110
// 13.1.1, 13.1.2) nor a modification date, so that a date is ignored (13.1.4).
bool holds_for_all_users(const Precondition& precondition) {
  const auto& match = precondition.if_match;
  const auto& none_match = precondition.if_none_match;
  return (!match || match->any) && !(none_match && none_match->any);
}

tl::expected<HeadOfUsers, Refusal> parse_head(const Request& request, const Target& target,
                                              const WallNow& now) {
  HeadOfUsers head;
  if (target.resource == Resource::user) {
    head.id = parse_user_id(target.tail);
    if (!head.id) {
      return refused({ProblemType::invalid_id,
                      "an id is a decimal number from 1 to "
                      "9223372036854775807, without leading zeros"});
    }
  }
  if (auto problem = refuse_query(target.query)) return refused(std::move(*problem));
  auto precondition = parse_precondition(request, now);
  if (!precondition) return refused(std::move(precondition.error()));
  head.precondition = std::move(*precondition);
  if (!head.id && !holds_for_all_users(head.precondition)) {
    return refused({ProblemType::precondition_failed, "the users as a whole have no version"});
  }
  if (auto refusal = refuse_body_type(request)) return tl::unexpected(std::move(*refusal));
  return head;
}

bool lists_users(const Request& request, const Target& target) {
  return target.resource == Resource::users && request.method != Method::post;
}

Parsed parse_page(std::string_view query) {
  auto page = parse_page_query(query);
  if (!page) return refused(std::move(page.error()));
  return *page;
}

Parsed parse_create(const Request& request) {
  auto body = parse_user(request.body);
  if (!body) return refused(std::move(body.error()));
  return Change(CreateUser{std::move(*body)});
}

Parsed parse_replace(const Request& request, UserId id, Precondition precondition) {
  auto replacement = parse_replacement(request.body, id);
  if (!replacement) return refused(std::move(replacement.error()));
  replacement->precondition = std::move(precondition);
  return Change(std::move(*replacement));
}

Parsed parse_patch(const Request& request, UserId id, Precondition precondition) {
  auto patch = parse_user_patch(request.body, id);
  if (!patch) return refused(std::move(patch.error()));
  patch->precondition = std::move(precondition);
  return Change(std::move(*patch));
}

}  // namespace

Parsed parse_operation(const Request& request, const Target& target, const WallNow& now) {
  if (lists_users(request, target)) return parse_page(target.query);
  auto head = parse_head(request, target, now);
  if (!head) return tl::unexpected(std::move(head.error()));
  switch (request.method) {
    case Method::post:
      return parse_create(request);
    case Method::put:
      return parse_replace(request, *head->id, std::move(head->precondition));
    case Method::patch:
      return parse_patch(request, *head->id, std::move(head->precondition));
    case Method::remove:
      return Change(DeleteUser{*head->id, std::move(head->precondition)});
    case Method::get:
    case Method::head:
    case Method::options:
      break;
  }
  return ReadUser{*head->id, says_no_cache(request), std::move(head->precondition)};
}

std::optional<Refusal> refuse_head_of_users(const Request& request, const Target& target,
                                            const WallNow& now) {
  if (lists_users(request, target)) return std::nullopt;
  auto head = parse_head(request, target, now);
  return head ? std::nullopt : std::optional(std::move(head.error()));
}

std::string_view accepted_types(Method method) {
  if (method == Method::patch) return "application/merge-patch+json, application/json";
  return method == Method::post || method == Method::put ? json_type : "";
}

}  // namespace rollcall::http
