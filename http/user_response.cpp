#include "http/user_response.hpp"

#include <string>

#include "http/etag.hpp"
#include "http/json_user.hpp"

namespace rollcall::http {

namespace {

// Users are personal data that may change at any moment: only the client's own cache may keep
// them, and asks before each use, which the ETag makes cheap.
constexpr std::string_view caching = "private, no-cache";

Response user_response(int status, const User& user) {
  Response response{status, json_type, render_user(user)};
  response.add("ETag", etag_of(user.version)).add("Cache-Control", caching);
  return response;
}

}  // namespace

tl::expected<Response, Error> read_response(const User& user, const Precondition& precondition) {
  if (precondition.if_match && !precondition.if_match->contains(user.version)) {
    return tl::unexpected(Error{ErrorCode::precondition_failed,
                                "the user's version is " + std::to_string(user.version)});
  }
  bool unchanged = precondition.if_none_match && precondition.if_none_match->contains(user.version);
  return user_response(unchanged ? 304 : 200, user);
}

void mark_stale(Response& response, std::chrono::seconds age) {
  response.add("Age", std::to_string(age.count()))
      .add("Cache-Status", "rollcall; hit; detail=stale-if-error");
}

Response page_response(const UserPage& page, int limit) {
  std::string next;
  if (page.more && !page.users.empty()) {
    next = "/users?limit=" + std::to_string(limit) +
           "&after=" + std::to_string(page.users.back()->id.value());
  }
  Response response{200, json_type, render_page(page, next)};
  response.add("Cache-Control", caching);
  if (!next.empty()) response.add("Link", "<" + next + ">; rel=\"next\"");
  return response;
}

Response change_response(const UserRef& user, bool created) {
  if (!user) return Response{204};
  auto response = user_response(created ? 201 : 200, *user);
  if (created) response.add("Location", "/users/" + std::to_string(user->id.value()));
  return response;
}

}  // namespace rollcall::http
