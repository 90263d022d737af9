#include "tests/support/http/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "tests/support/http/exchanges.hpp"

namespace rollcall::tests {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool means_closed(int error) {
  return error == ECONNRESET || error == EPIPE || error == ECONNREFUSED || error == ECONNABORTED;
}

[[noreturn]] void fail(const char* what) {
  if (means_closed(errno)) throw ConnectionClosed(std::string(what) + ": " + std::strerror(errno));
  throw std::system_error(errno, std::generic_category(), what);
}

int number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("not a number in an answer: " + std::string(text));
  }
  return value;
}

/// Parses status line and fields, up to the empty line. Strict: the daemon must send no other form.
Response parse_head(std::string_view head) {
  Response response;
  auto end = head.find("\r\n");
  const auto line = head.substr(0, end);
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') {
    throw std::runtime_error("not a status line: " + std::string(line));
  }
  response.version = line.substr(0, 8);
  response.status = number(line.substr(9, 3));
  while (end != std::string_view::npos) {
    const auto start = end + 2;
    end = head.find("\r\n", start);
    const auto field = head.substr(start, end == std::string_view::npos ? end : end - start);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      throw std::runtime_error("not a header field: " + std::string(field));
    }
    auto value = field.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    response.headers.emplace_back(field.substr(0, colon), value);
  }
  return response;
}

bool has_no_body(const Response& response, std::string_view to) {
  return to == "HEAD" || response.status == 204 || response.status == 304 ||
         response.status / 100 == 1;
}

}  // namespace

std::optional<std::string> Response::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (same_name(field, name)) return value;
  }
  return std::nullopt;
}

std::size_t Response::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(),
                    [name](const auto& header) { return same_name(header.first, name); }));
}

std::string Request::bytes() const {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (body) text += "Content-Length: " + std::to_string(body->size()) + "\r\n";
  return text + "\r\n" + body.value_or("");
}

HttpClient::HttpClient(std::uint16_t port, Buffers buffers)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!socket_.open()) fail("socket");
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (buffers == Buffers::small) {
    // Linux sizes the sender's buffer by the size of a segment.
    const int receive_buffer = 4'096;
    const int segment = 536;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
}

void HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void HttpClient::finish_sending() {
  if (::shutdown(socket_.get(), SHUT_WR) != 0) fail("shutdown");
}

bool HttpClient::receive() {
  if (!socket_.wait_readable()) throw std::runtime_error("no answer and no end of the connection");
  char buffer[16'384];
  const auto got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
  if (got < 0) fail("recv");
  unread_.append(buffer, static_cast<std::size_t>(got));
  return got > 0;
}

Response HttpClient::read_head() {
  std::size_t head = 0;
  while ((head = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) throw ConnectionClosed("closed; read so far: '" + unread_ + "'");
  }
  auto response = parse_head(std::string_view(unread_).substr(0, head));
  unread_.erase(0, head + 4);
  return response;
}

std::optional<std::string> HttpClient::read_through(std::string_view end) {
  std::size_t found = 0;
  while ((found = unread_.find(end)) == std::string::npos) {
    if (!receive()) return std::nullopt;
  }
  auto text = unread_.substr(0, found + end.size());
  unread_.erase(0, found + end.size());
  return text;
}

std::optional<std::string> HttpClient::read_bytes(std::size_t size) {
  while (unread_.size() < size) {
    if (!receive()) return std::nullopt;
  }
  auto text = unread_.substr(0, size);
  unread_.erase(0, size);
  return text;
}

Response HttpClient::read(std::string_view to) {
  auto response = read_head();
  if (has_no_body(response, to)) return response;
  const auto length = response.header("Content-Length");
  if (!length) throw std::runtime_error("an answer without Content-Length");
  const auto size = static_cast<std::size_t>(number(*length));
  while (unread_.size() < size) {
    if (!receive()) throw ConnectionClosed("closed in the middle of a body");
  }
  response.body = unread_.substr(0, size);
  unread_.erase(0, size);
  return response;
}

Response HttpClient::ask(const Request& request) {
  send(request.bytes());
  auto response = read(request.method);
  record_exchange(request, response);
  return response;
}

Response HttpClient::write(const std::string& method, const std::string& target,
                           const std::string& body, Headers headers) {
  const auto names_type = [](const auto& header) {
    return same_name(header.first, "Content-Type");
  };
  if (std::none_of(headers.begin(), headers.end(), names_type)) {
    headers.emplace_back("Content-Type", "application/json");
  }
  return ask({.method = method, .target = target, .headers = std::move(headers), .body = body});
}

bool HttpClient::closed_by_peer() {
  try {
    return unread_.empty() && !receive();
  } catch (const ConnectionClosed&) {
    return false;  // reset
  }
}

Response ask_once(std::uint16_t port, const Request& request) {
  return HttpClient(port).ask(request);
}

}  // namespace rollcall::tests
