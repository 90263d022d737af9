#include "http/api/kept_response.hpp"

#include <memory>
#include <string>
#include <utility>

#include "http/api/user_response.hpp"
#include "http/wire/idempotency_key.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

// The media type is kept among the fields.
KeptAnswer kept(UserId user, Response&& response) {
  KeptAnswer answer{user, response.status, {}, std::move(response.body)};
  if (!response.content_type.empty()) {
    append(answer.fields, {"Content-Type: ", response.content_type, "\r\n"});
  }
  answer.fields += response.fields;
  return answer;
}

}  // namespace

RequestKeyRef request_key(const Request& request, std::string_view key, Links links) {
  const auto preferred = preferred_return(request);
  auto answer = [preferred, base = std::string(links.base())](const UserRef& user) {
    return kept(user->id, change_response(user, true, preferred, Links(base)));
  };
  return std::make_shared<const RequestKey>(
      RequestKey{{}, std::string(key), fingerprint_of(request), std::move(answer)});
}

Response kept_response(const KeptAnswer& answer, bool repeated) {
  Response response{static_cast<int>(answer.status)};
  response.fields = answer.fields;
  response.body = answer.body;
  if (repeated) response.add("Idempotency-Replayed", "true");
  return response;
}

}  // namespace rollcall::http
