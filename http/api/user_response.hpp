// Turns the replies of the actors into responses.
#pragma once

#include <string_view>

#include "actors/directory/messages.hpp"
#include "domain/precondition.hpp"
#include "http/wire/links.hpp"
#include "http/wire/prefer.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// The Cache-Control of users: personal data that may change at any moment. Only the client's own
/// cache may store them, and it must validate them before each use, which the ETag makes cheap.
inline constexpr std::string_view user_caching = "private, no-cache";

/// The user's JSON and validators. Without Last-Modified where that is empty.
Representation represent(const User& user, std::string_view last_modified);

/// A user that was read: 200, 304 if If-None-Match has its version or the user is unmodified since
/// If-Modified-Since, or precondition_failed by If-Match or If-Unmodified-Since (RFC 9110 13.2.2).
/// If the user is stale, the response has Age: how long ago the user was known to be valid (RFC
/// 9111 5.1); and Cache-Status: served from the cache, since the database can't be reached (RFC
/// 9211, RFC 5861 4). `representation` is the user's.
tl::expected<Response, Problem> read_response(const actors::FoundUser& found,
                                              RepresentationRef representation,
                                              const Precondition& precondition);

/// A change that was applied: 201 with Location after a create, 204 after a delete (`user` is
/// null), else 200; if `minimal` is preferred, without the user's JSON, and 204 in place of 200. A
/// preference that decided is named in Preference-Applied (RFC 7240 3). Without Last-Modified,
/// since the second of the change has hardly ended.
Response change_response(const UserRef& user, bool created, Return preferred, Links links);

}  // namespace rollcall::http
