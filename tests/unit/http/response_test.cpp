#include <string>

#include <nlohmann/json.hpp>

#include "http/server/responder.hpp"
#include "http/wire/response.hpp"
#include "http/wire/trace.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using tests::Answered;
using tests::recorded;

constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";

TEST_CASE("a response on the wire has status, date, type, length and its own fields") {
  Response response{200, text_type, "Hello, World!", "Vary: Accept\r\n"};
  CHECK(render_head(response, {false, true, date}, 0) ==
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\nVary: Accept\r\n\r\n");
  CHECK(sends_body(response, {}));
}

TEST_CASE("a status line has the phrase of RFC 9110") {
  const auto [status, phrase] = GENERATE(table<int, std::string>({
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {431, "Request Header Fields Too Large"},  // RFC 6585
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  }));
  const auto head = render_head(Response{status}, {false, true, date}, 0);
  CHECK(head.substr(0, head.find('\r')) == "HTTP/1.1 " + std::to_string(status) + " " + phrase);
}

TEST_CASE("HEAD has the length of the GET and no body") {
  Response response{200, json_type, "12345"};
  Framing framing{true, true, date};
  CHECK_FALSE(sends_body(response, framing));
  CHECK(render_head(response, framing, 0).find("Content-Length: 5\r\n") != std::string::npos);
}

TEST_CASE("a 304 has neither length nor type nor body") {
  Response response{304, json_type, "12345"};
  CHECK_FALSE(sends_body(response, {}));
  auto head = render_head(response, {false, true, date}, 0);
  CHECK(head.find("HTTP/1.1 304 Not Modified\r\n") == 0);
  CHECK(head.find("Content-") == std::string::npos);
}

TEST_CASE("a 204 has no length at all") {
  Response response{204};
  CHECK_FALSE(sends_body(response, {}));
  auto head = render_head(response, {false, true, date}, 0);
  CHECK(head.find("Content-") == std::string::npos);
}

TEST_CASE(
    "the connection closes where the request or the response says so, and the head states it") {
  Response response{200};
  CHECK_FALSE(closes(response, {}));
  CHECK(render_head(response, {}, 0).find("Connection") == std::string::npos);
  CHECK(closes(response, {false, false}));
  CHECK(render_head(response, {false, false}, 0).find("Connection: close\r\n") !=
        std::string::npos);
  response.close = true;
  CHECK(closes(response, {}));
}

TEST_CASE("a connection that persists says so, and for how long if it is idle") {
  const auto lines = keep_alive_lines(std::chrono::seconds{60});
  CHECK(lines == "Connection: keep-alive\r\nKeep-Alive: timeout=60\r\n");
  CHECK(render_head(Response{200}, {false, true, date, lines}, 0).find(lines) != std::string::npos);
  CHECK(render_head(Response{200}, {false, false, date, lines}, 0).find("keep-alive") ==
        std::string::npos);
}

TEST_CASE("fields and content of a shared representation are those of the response") {
  Response response{200, json_type, "unused", "Age: 7\r\n"};
  response.shared = std::make_shared<Representation>(Representation{"ETag: \"3\"\r\n", "shared"});
  CHECK(response.content() == "shared");
  const auto head = render_head(response, {false, true, date}, 0);
  CHECK(head.find("Content-Length: 6\r\nETag: \"3\"\r\nAge: 7\r\n") != std::string::npos);
}

TEST_CASE("a reply that is dropped answers 500 by itself, once") {
  auto answered = std::make_shared<Answered>();
  { auto reply = recorded(answered); }
  CHECK(answered->count == 1);
  CHECK(answered->response.status == 500);
  CHECK(answered->slug() == "internal");
}

TEST_CASE("a reply that is used sends nothing more when it is destroyed") {
  auto answered = std::make_shared<Answered>();
  {
    auto reply = recorded(answered);
    reply.send({200, text_type, "x"});
  }
  CHECK(answered->count == 1);
  CHECK(answered->response.status == 200);
}

TEST_CASE("a reply that was moved from sends nothing") {
  auto answered = std::make_shared<Answered>();
  {
    auto reply = recorded(answered);
    auto heir = std::move(reply);
    CHECK(answered->count == 0);
  }
  CHECK(answered->count == 1);
}

TEST_CASE("a dropped reply answers with its configured response") {
  auto answered = std::make_shared<Answered>();
  { recorded(answered).if_dropped(ProblemType::outcome_unknown); }
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a problem carries the trace of the request, or one of its own") {
  std::string trace = "0af7651916cd43dd8448eb211c80319c";
  auto given = std::make_shared<Answered>();
  recorded(given, {"/x", trace}).fail({ProblemType::not_found, "x"});
  CHECK(given->json()["trace_id"] == trace);
  CHECK(given->json()["instance"] == "/x");
  auto made = std::make_shared<Answered>();
  recorded(made).fail({ProblemType::not_found, "x"});
  CHECK(made->json()["trace_id"].get<std::string>().size() == 32);
}

TEST_CASE("the trace id is read from a well-formed traceparent only") {
  CHECK(trace_id_of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") ==
        "0af7651916cd43dd8448eb211c80319c");
  CHECK(trace_id_of("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later") ==
        "0af7651916cd43dd8448eb211c80319c");
  for (auto text : {"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later",
                    "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01"}) {
    INFO(text);
    CHECK(trace_id_of(text).empty());
  }
}

}  // namespace
}  // namespace rollcall::http
