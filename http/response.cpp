#include "http/response.hpp"

#include <charconv>

namespace rollcall::http {

using namespace std::string_view_literals;

namespace {

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

}  // namespace

Response& Response::add(std::string_view name, std::string_view value) {
  fields.append(name).append(": "sv).append(value).append("\r\n"sv);
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
  out.append("HTTP/1.1 "sv);
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" "sv).append(reason_phrase(response.status));
  out.append("\r\nDate: "sv).append(framing.date);
  if (response.status != 204) {  // RFC 9110 8.6: none in a 204
    if (!response.content_type.empty() && response.status != 304) {
      out.append("\r\nContent-Type: "sv).append(response.content_type);
    }
    out.append("\r\nContent-Length: "sv);
    append_number(out, response.body.size());
  }
  out.append("\r\n"sv).append(response.fields);
  if (closes(response, framing)) {
    out.append("Connection: close\r\n"sv);
  } else if (framing.http_1_0) {
    out.append("Connection: keep-alive\r\n"sv);
  }
  out.append("\r\n"sv);
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
