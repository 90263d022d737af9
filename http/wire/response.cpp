#include "http/wire/response.hpp"

#include "http/wire/text.hpp"

namespace rollcall::http {

Response& Response::add(std::string_view name, std::string_view value) {
  append(fields, {name, ": ", value, "\r\n"});
  return *this;
}

bool closes(const Response& response, const Framing& framing) {
  return response.close || !framing.keep_alive;
}

bool sends_body(const Response& response, const Framing& framing) {
  return !framing.head && response.status != 204 && response.status != 304;
}

std::string render_head(const Response& response, const Framing& framing, std::size_t extra) {
  constexpr std::size_t own_lines = 200;  // status line, Date, Content-Length and -Type, Connection
  std::string out;
  out.reserve(own_lines + response.fields.size() + extra);
  const bool has_length = response.status != 204;  // RFC 9110 8.6: none in a 204
  const bool has_type = has_length && response.status != 304 && !response.content_type.empty();
  const Decimal length(response.body.size());
  std::string_view connection;
  if (closes(response, framing)) {
    connection = "Connection: close\r\n";
  } else if (framing.http_1_0) {
    connection = "Connection: keep-alive\r\n";
  }
  append(out, {"HTTP/1.1 ", Decimal(response.status).view(), " ", reason_phrase(response.status),
               "\r\nDate: ", framing.date, has_type ? "\r\nContent-Type: " : "",
               has_type ? response.content_type : "", has_length ? "\r\nContent-Length: " : "",
               has_length ? length.view() : "", "\r\n", response.fields, connection, "\r\n"});
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
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";  // the phrase may be empty (RFC 9112 4)
  }
}

}  // namespace rollcall::http
