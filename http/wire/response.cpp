#include "http/wire/response.hpp"

#include "http/wire/text.hpp"

namespace rollcall::http {

Response& Response::add(std::string_view name, std::string_view value) {
  append(fields, {name, ": ", value, "\r\n"});
  return *this;
}

std::string keep_alive_lines(std::chrono::seconds idle_timeout) {
  return "Connection: keep-alive\r\nKeep-Alive: timeout=" + std::to_string(idle_timeout.count()) +
         "\r\n";
}

bool closes(const Response& response, const Framing& framing) {
  return response.close || !framing.keep_alive;
}

bool sends_body(const Response& response, const Framing& framing) {
  return !framing.head && response.status != 204 && response.status != 304;
}

std::string render_head(const Response& response, const Framing& framing, std::size_t extra) {
  constexpr std::size_t own_lines = 256;  // status line, Date, Content-Length and -Type, Connection
  std::string out;
  const auto shared = response.shared ? std::string_view(response.shared->fields) : "";
  out.reserve(own_lines + shared.size() + response.fields.size() + framing.fields.size() + extra);
  // None in a 204 (RFC 9110 8.6). In a 304 some clients take it for the length of a body.
  const bool has_content = response.status != 204 && response.status != 304;
  const bool has_length = has_content && !response.stream;
  const bool has_type = has_content && !response.content_type.empty();
  const Decimal length(response.content().size());
  const auto connection =
      closes(response, framing) ? std::string_view("Connection: close\r\n") : framing.persists;
  append(out, {"HTTP/1.1 ", Decimal(response.status).view(), " ", reason_phrase(response.status),
               "\r\nDate: ", framing.date, has_type ? "\r\nContent-Type: " : "",
               has_type ? response.content_type : "", has_length ? "\r\nContent-Length: " : "",
               has_length ? length.view() : "", "\r\n", shared, response.fields, framing.fields,
               connection, "\r\n"});
  return out;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";  // the phrase may be empty (RFC 9112 4)
  }
}

}  // namespace rollcall::http
