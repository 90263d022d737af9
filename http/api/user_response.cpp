#include "http/api/user_response.hpp"

#include <string>
#include <utility>

#include "domain/errors.hpp"
#include "http/api/json_user.hpp"
#include "http/wire/etag.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

std::string validators_of(const User& user, std::string_view last_modified) {
  const bool dated = !last_modified.empty();
  std::string fields;
  append(fields, {"ETag: ", etag_of(user.version), "\r\nCache-Control: ", user_caching,
                  dated ? "\r\nLast-Modified: " : "", last_modified, "\r\n"});
  return fields;
}

}  // namespace

Representation represent(const User& user, std::string_view last_modified) {
  return {validators_of(user, last_modified), render_user(user)};
}

tl::expected<Response, Problem> read_response(const actors::FoundUser& found,
                                              RepresentationRef representation,
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
  Response response{unchanged ? 304 : 200, json_type};
  response.shared = std::move(representation);
  if (found.stale_for) {
    response.add("Age", std::to_string(found.stale_for->count()))
        .add("Cache-Status", "rollcall; hit; detail=stale-if-error");
  }
  return response;
}

Response change_response(const UserRef& user, bool created, Return preferred, Links links) {
  if (!user) return Response{204};
  const bool minimal = preferred == Return::minimal;
  Response response{created ? 201 : minimal ? 204 : 200};
  response.fields = validators_of(*user, {});
  if (!minimal) {
    response.content_type = json_type;
    response.body = render_user(*user);
  }
  if (preferred != Return::unstated) {
    response.add("Preference-Applied", minimal ? "return=minimal" : "return=representation");
  }
  if (created) response.add("Location", links.to("/users/" + std::to_string(user->id.value())));
  return response;
}

}  // namespace rollcall::http
