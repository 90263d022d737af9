#include "http/api/user_request.hpp"

#include <utility>

#include "http/api/user_body.hpp"
#include "http/wire/cache_control.hpp"
#include "http/wire/etag.hpp"
#include "http/wire/media_type.hpp"

namespace rollcall::http {

namespace {

using Parsed = tl::expected<Operation, Problem>;

constexpr std::string_view merge_patch_type = "application/merge-patch+json";

Parsed parse_page(std::string_view query) {
  auto page = parse_page_query(query);
  if (!page) return tl::unexpected(page.error());
  return *page;
}

Parsed parse_create(const Request& request) {
  if (auto error = refuse_media_type(request, {json_type})) return tl::unexpected(*error);
  auto body = parse_user(request.body);
  if (!body) return tl::unexpected(body.error());
  return Change(CreateUser{std::move(*body)});
}

Parsed parse_replace(const Request& request, UserId id, Precondition precondition) {
  if (auto error = refuse_media_type(request, {json_type})) return tl::unexpected(*error);
  auto body = parse_user(request.body);
  if (!body) return tl::unexpected(body.error());
  return Change(ReplaceUser{id, std::move(*body), std::move(precondition)});
}

Parsed parse_patch(const Request& request, UserId id, Precondition precondition) {
  if (auto error = refuse_media_type(request, {merge_patch_type, json_type})) {
    return tl::unexpected(*error);
  }
  auto body = parse_user_patch(request.body);
  if (!body) return tl::unexpected(body.error());
  return Change(PatchUser{id, std::move(*body), std::move(precondition)});
}

Parsed parse_of_user(const Request& request, UserId id) {
  auto precondition = parse_precondition(request);
  if (!precondition) return tl::unexpected(precondition.error());
  switch (request.method) {
    case Method::put:
      return parse_replace(request, id, std::move(*precondition));
    case Method::patch:
      return parse_patch(request, id, std::move(*precondition));
    case Method::remove:
      return Change(DeleteUser{id, std::move(*precondition)});
    case Method::get:
    case Method::head:
    case Method::post:
    case Method::options:
    case Method::other:
      break;
  }
  return ReadUser{id, says_no_cache(request), std::move(*precondition)};
}

}  // namespace

Parsed parse_operation(const Request& request, const Target& target) {
  bool one = target.resource == Resource::user;
  bool create = !one && request.method == Method::post;
  if (!one && !create) return parse_page(target.query);
  std::optional<UserId> id;
  if (one) {
    id = parse_user_id(target.tail);
    if (!id) {
      return tl::unexpected(Problem{
          ProblemType::invalid_id,
          "an id is a decimal number from 1 to 9223372036854775807, without leading zeros"});
    }
  }
  if (auto error = refuse_query(target.query)) return tl::unexpected(*error);
  return one ? parse_of_user(request, *id) : parse_create(request);
}

std::string_view accepted_types(Method method) {
  return method == Method::patch ? "application/merge-patch+json, application/json"
                                 : "application/json";
}

}  // namespace rollcall::http
