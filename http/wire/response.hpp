// A response, and its form on the wire.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/wire/stream.hpp"

namespace rollcall::http {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view problem_type = "application/problem+json";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";
inline constexpr std::string_view html_type = "text/html; charset=utf-8";
inline constexpr std::string_view css_type = "text/css; charset=utf-8";
inline constexpr std::string_view events_type = "text/event-stream";
inline constexpr std::string_view script_type = "text/javascript; charset=utf-8";

/// What many responses have in common, rendered once: field lines, each with its CRLF, and a body.
struct Representation {
  std::string fields{};
  std::string body{};
};
using RepresentationRef = std::shared_ptr<const Representation>;

/// A response, independent of how its connection frames it. The body is that of the GET also for a
/// 304 and in answer to HEAD: then only its length is sent.
struct Response {
  int status = 200;
  std::string_view content_type{};  // static text; empty: no content
  std::string body{};
  std::string fields{};        // further field lines, each with its CRLF
  bool close = false;          // the connection ends after this response
  RepresentationRef shared{};  // its fields precede `fields`; its body is sent instead of `body`
  std::shared_ptr<StreamBody> stream{};  // sent instead of `body`; `close` must be set

  const std::string& content() const { return shared ? shared->body : body; }

  /// Adds a field line. Both parts must be free of CR and LF.
  Response& add(std::string_view name, std::string_view value);
};

/// How one connection carries a response.
struct Framing {
  bool head = false;            // the request was HEAD
  bool keep_alive = true;       // whether the client lets the connection persist
  std::string_view date{};      // the value of Date (RFC 9110 6.6.1)
  std::string_view persists{};  // keep_alive_lines(), if the connection persists
  std::string_view fields{};    // further field lines, which depend on the request alone
};

/// Field lines that tell a client, also one of HTTP/1.0, that the connection persists, and for how
/// long if it is idle.
std::string keep_alive_lines(std::chrono::seconds idle_timeout);

/// Whether the connection ends after this response.
bool closes(const Response& response, const Framing& framing);

/// Whether the response carries its body on the wire.
bool sends_body(const Response& response, const Framing& framing);

/// Status line and fields, with the empty line after them. Reserves `extra` bytes more.
std::string render_head(const Response& response, const Framing& framing, std::size_t extra);

/// The phrase of the status line (RFC 9110 15); empty for a status that is never sent.
std::string_view reason_phrase(int status);

}  // namespace rollcall::http
