#include "http/api/user_response.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "domain/errors.hpp"
#include "http/api/json_user.hpp"
#include "http/wire/etag.hpp"
#include "http/wire/http_date.hpp"

namespace rollcall::http {

namespace {

// Users are personal data that may change at any moment: only the client's own cache may store
// them, and it must validate them before each use, which the ETag makes cheap.
constexpr std::string_view caching = "private, no-cache";
constexpr std::size_t typical_fields_bytes = 128;

// No later change is covered by this date, also one that is unknown here. Without Last-Modified the
// client could take Date, by which it would keep the stale user.
std::string stale_date(const User& user) {
  return to_http_date(std::chrono::floor<std::chrono::seconds>(user.updated_at));
}

Response user_response(int status, const User& user, std::string body,
                       std::string_view last_modified) {
  Response response{status, json_type, std::move(body)};
  response.fields.reserve(typical_fields_bytes);
  response.add("ETag", etag_of(user.version)).add("Cache-Control", caching);
  if (!last_modified.empty()) response.add("Last-Modified", last_modified);
  return response;
}

}  // namespace

tl::expected<Response, Problem> read_response(const actors::FoundUser& found, std::string json,
                                              std::string_view last_modified,
                                              const Precondition& precondition) {
  const User& user = *found.user;
  const auto& [match, none_match, unmodified_since, modified_since] = precondition;
  if ((match && !match->contains(user.version)) ||
      (unmodified_since && !unmodified_since->covers(user.updated_at))) {
    Problem problem(precondition_failed(user.version, user.updated_at));
    if (found.stale_for) problem.version.reset();  // the user may have another one by now
    return tl::unexpected(std::move(problem));
  }
  const bool unchanged = (none_match && none_match->contains(user.version)) ||
                         (modified_since && modified_since->covers(user.updated_at));
  const auto of_stale = found.stale_for ? stale_date(user) : std::string();
  auto response = user_response(unchanged ? 304 : 200, user, std::move(json),
                                found.stale_for ? of_stale : last_modified);
  if (found.stale_for) {
    response.add("Age", std::to_string(found.stale_for->count()))
        .add("Cache-Status", "rollcall; hit; detail=stale-if-error");
  }
  return response;
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
  auto response = user_response(created ? 201 : 200, *user, render_user(*user), {});
  if (created) response.add("Location", "/users/" + std::to_string(user->id.value()));
  return response;
}

}  // namespace rollcall::http
