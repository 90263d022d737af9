#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "http/wire/syntax/request_validator.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

using std::string;
using RequestTexts = std::vector<string>;

const RequestLimits small_requests{100, 50, 40, 3, 200};

// `~` stands for CRLF.
string wire_bytes(std::string_view notation) {
  string bytes;
  for (const char c : notation) bytes += c == '~' ? "\r\n" : string(1, c);
  return bytes;
}

struct ArrivedRequests {
  RequestTexts requests{};  // those that are complete
  RequestTexts heads{};
  string begun{};              // what is valid of a request that is not complete
  string rest{};               // what is in no valid piece
  int status = 0;              // of the problem, if the bytes are invalid
  std::size_t decided_at = 0;  // how many bytes had arrived

  auto facts() const { return std::tie(requests, heads, begun, rest, status); }
};

// Validates all whole pieces of what has arrived. Each time they stand in other memory.
void take_pieces(RequestValidator& validator, ArrivedRequests& connection) {
  while (!connection.rest.empty()) {
    std::vector<char> memory(connection.rest.begin(), connection.rest.end());
    const auto validity = validator.validate(memory);
    connection.rest.assign(memory.begin(), memory.end());
    if (validity == Validity::incomplete) return;
    if (validity == Validity::invalid) {
      connection.status = describe(validator.problem().type).status;
      connection.rest.clear();
      return;
    }
    const auto piece = connection.rest.substr(0, validator.size());
    connection.rest.erase(0, validator.size());
    if (validator.at_head()) connection.heads.push_back(piece);
    connection.begun += piece;
    if (!validator.at_end()) continue;
    connection.requests.push_back(connection.begun);
    connection.begun.clear();
  }
}

// Has the bytes arrive in steps: first `first` of them, then `step` at a time.
ArrivedRequests arrived_requests(const string& text, std::size_t first, std::size_t step,
                                 const RequestLimits& limits) {
  RequestValidator validator(limits);
  ArrivedRequests connection;
  for (auto end = first;; end += step) {
    const auto now = std::min(end, text.size());
    connection.rest += text.substr(connection.decided_at, now - connection.decided_at);
    connection.decided_at = now;
    take_pieces(validator, connection);
    if (connection.status != 0 || end >= text.size()) return connection;
  }
}

// What comes of bytes that arrive one by one. Checks that it is the same for all at once, for
// steps of other sizes and for each division into two pieces.
ArrivedRequests judged_requests(const string& text, const RequestLimits& limits = {}) {
  const auto connection = arrived_requests(text, 1, 1, limits);
  std::size_t first = 1;
  while (first <= text.size() &&
         arrived_requests(text, first, text.size(), limits).facts() == connection.facts() &&
         arrived_requests(text, first, 7, limits).facts() == connection.facts()) {
    ++first;
  }
  INFO(text << "\nis judged otherwise if this many bytes arrive first: " << first);
  CHECK(first == text.size() + 1);
  UNSCOPED_INFO(text);  // for the next assertion
  return connection;
}

const string post_head = "POST /users HTTP/1.1~Host: h~";

// Good requests of every kind of body.
RequestTexts sample_requests() {
  RequestTexts texts;
  for (const auto& notation :
       {string("GET /users/1 HTTP/1.1~Host: h~~"), string("~HEAD / HTTP/1.0~~"),
        string("OPTIONS * HTTP/1.1~Host: h~Content-Length: 0~~"),
        post_head + "Content-Length: 1~~G", post_head + "Content-Length: 12~~GET / HTTP/1",
        post_head + "Content-Length:\t 4~~~~", post_head + "Transfer-Encoding: chunked~~0~~",
        post_head + "Transfer-Encoding: chunked~~6;a=\"b\"~0~~\r~a~0123456789~0~X:  y~~",
        string("DELETE http://h/users/1 HTTP/1.2~Host: h~Connection: close~~")}) {
    texts.push_back(wire_bytes(notation));
  }
  return texts;
}

TEST_CASE("requests that follow one another in a buffer are cut where each ends") {
  const auto texts = sample_requests();
  for (const auto& first : texts) {
    for (const auto& second : texts) {
      const auto connection = judged_requests(first + second);
      CHECK(connection.requests == RequestTexts{first, second});
      CHECK((connection.status == 0 && connection.rest.empty() && connection.begun.empty()));
    }
  }
  string all;
  for (const auto& each : texts) all += each;
  const auto connection = judged_requests(all);
  CHECK(connection.requests == texts);
  REQUIRE(connection.heads.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CHECK(connection.heads[i] == texts[i].substr(0, texts[i].find("\r\n\r\n") + 4));
  }
}

TEST_CASE("a request of which the end is missing is neither complete nor invalid") {
  for (const auto& text : sample_requests()) {
    for (std::size_t size = 1; size < text.size(); ++size) {
      const auto connection = arrived_requests(text.substr(0, size), 1, 1, {});
      INFO(text.substr(0, size));
      CHECK((connection.requests.empty() && connection.status == 0));
      CHECK(connection.begun.size() + connection.rest.size() == size);
    }
  }
}

TEST_CASE("requests before invalid bytes are complete") {
  const auto texts = sample_requests();
  for (const auto& text : texts) {
    for (const string behind : {"garbage~", "~~", "\n", "\rX", "GET / HTTP/1.1\n", "\x16",
                                "GET  / HTTP/1.1~", "GET / HTTP/1.1~Host: h~\rX"}) {
      const auto connection = judged_requests(text + text + wire_bytes(behind));
      CHECK(connection.requests == RequestTexts{text, text});
      CHECK(connection.status == 400);
    }
  }
}

TEST_CASE("bytes that another parser may take for the end of a line are refused") {
  const string get = "GET / HTTP/1.1~Host: h~";
  const string chunked = post_head + "Transfer-Encoding: chunked~~";
  const string hidden = "GET /problems HTTP/1.1~Host: h~~";
  for (const auto& notation :
       {get + "\rX" + hidden, get + "X:\rZContent-Length: 35~~" + hidden, get + "\n" + hidden,
        get + "X: y\n" + "Content-Length: 35~~" + hidden, get + "X: y~ Content-Length: 35~~",
        string("GET / HTTP/1.1\rHost: h~~"), string("GET / HTTP/1.1\nHost: h\n\n"),
        chunked + "0~\rX" + hidden, chunked + "0\rX~" + hidden, chunked + "0~\n" + hidden,
        chunked + "c\r{\"name\":\"x\"}~0~~", chunked + "c~{\"name\":\"x\"}XX0~~",
        chunked + "c~{\"name\":\"x\"}\n0~~", chunked + "c\n{\"name\":\"x\"}~0~~",
        chunked + "0~X: y\n~", chunked + "0~X: y\rZ~~", chunked + "0~X: y~ z~~",
        chunked + "c;a=\"\n\"~{\"name\":\"x\"}~0~~", chunked + "0;~~" + hidden}) {
    const auto connection = judged_requests(wire_bytes(notation));
    CHECK(connection.status == 400);
    CHECK(connection.requests.empty());
  }
}

TEST_CASE("Content-Length is one decimal number") {
  for (const string value : {"abc", "-1", "+5", "0x5", "5 5", "", " ", "5, 5", "5,5", "5,", "5.0",
                             "5e0", "5\x80", "-0", "18446744073709551616", "18446744073709551621",
                             "99999999999999999999999999", "\"5\"", "5;"}) {
    CHECK(judged_requests(wire_bytes(post_head + "Content-Length: " + value + "~~hello")).status ==
          400);
  }
  CHECK(judged_requests(wire_bytes(post_head + "Content-Length: 5~Content-Length: 5~~hello"))
            .status == 400);
  CHECK(judged_requests(wire_bytes(post_head + "Content-Length: 5~content-length: 6~~hello"))
            .status == 400);
  for (const string value : {"5", "005", " 5", "5 ", "5\t", "00000000000000000000000005"}) {
    const auto text = wire_bytes(post_head + "Content-Length:" + value + "~~hello");
    CHECK(judged_requests(text + "G").requests.size() == 1);
  }
}

TEST_CASE("the only transfer coding is chunked, once and last") {
  struct Row {
    string lines;
    int status;
  };
  for (const auto& [lines, status] : {Row{"chunked", 0},
                                      Row{"Chunked", 0},
                                      Row{"CHUNKED \t", 0},
                                      Row{"gzip, chunked", 501},
                                      Row{"x, chunked", 501},
                                      Row{"gzip,chunked", 501},
                                      Row{"foo~Transfer-Encoding: chunked", 501},
                                      Row{"gzip;q=\"a\" , chunked", 501},
                                      Row{"chunked, chunked", 400},
                                      Row{"xchunked", 400},
                                      Row{"chunked~transfer-encoding: chunked", 400},
                                      Row{"chunked, gzip", 400},
                                      Row{"gzip", 400},
                                      Row{"chunked~Transfer-Encoding: foo", 400},
                                      Row{"identity", 400},
                                      Row{"", 400},
                                      Row{"chunkedx", 400},
                                      Row{"chunked;a=b", 400},
                                      Row{"\"chunked\"", 400},
                                      Row{"chunke", 400},
                                      Row{"chunked, gzip, chunked", 400},
                                      Row{"chunked gzip", 400},
                                      Row{"gzip chunked", 400},
                                      Row{"chunked~Content-Length: 5", 400},
                                      Row{"chunked~Content-Length: 0", 400}}) {
    const auto head = "Transfer-Encoding: " + lines + "~";
    CHECK(judged_requests(wire_bytes(post_head + head + "~0~~")).status == status);
    CHECK(judged_requests(wire_bytes(post_head + "Content-Length: 0~" + head + "~0~~")).status ==
          400);
    for (const string connection : {"", "Connection: keep-alive~", "Host: h~"}) {
      const auto old = "POST / HTTP/1.0~" + connection + head + "~0~~";
      CHECK(judged_requests(wire_bytes(old)).status == 400);
    }
  }
}

TEST_CASE("a body at the limit is complete, one byte more is refused before it arrives") {
  const auto by_length = [](int size) {
    return wire_bytes(post_head + "Content-Length: " + std::to_string(size) + "~~");
  };
  CHECK(judged_requests(by_length(100) + string(100, 'x'), small_requests).requests.size() == 1);
  for (const auto& head : {by_length(101), by_length(1'048'576), by_length(2'147'483'647)}) {
    const auto connection = judged_requests(head, small_requests);
    CHECK(connection.status == 413);
    CHECK(connection.decided_at < head.size());
  }
  const auto largest = wire_bytes(post_head + "Content-Length: 18446744073709551615~");
  CHECK(judged_requests(largest, small_requests).status == 413);
  const auto chunked =
      wire_bytes(post_head + "Transfer-Encoding: chunked~~32~" + string(50, 'x') + "~");
  const auto end = wire_bytes("32~" + string(50, 'x') + "~0~~");
  CHECK(judged_requests(chunked + end, small_requests).requests.size() == 1);
  CHECK(judged_requests(chunked + "33\r\n", small_requests).status == 413);
}

TEST_CASE("limits count anew for each request") {
  const auto length =
      wire_bytes("PUT /" + string(49, 'a') + " HTTP/1.1~Host: h~X: " + string(39, 'a') +
                 "~Content-Length: 100~~" + string(100, 'x'));
  const auto chunks = wire_bytes(
      "PUT / HTTP/1.1~Host: h~X: y~Transfer-Encoding: chunked~~64;a=" + string(90, 'a') + "~" +
      string(100, 'x') + "~0;a=" + string(90, 'a') + "~A:~B:~X: " + string(39, 'a') + "~~");
  const auto connection = judged_requests(length + chunks + chunks + length, small_requests);
  CHECK(connection.status == 0);
  CHECK(connection.requests == RequestTexts{length, chunks, chunks, length});
}

TEST_CASE("the validator tells where in a request the last piece was") {
  RequestValidator validator{RequestLimits{}};
  CHECK((validator.at_end() && !validator.in_head()));
  const auto validate = [&](string text) { return validator.validate(text); };
  CHECK(validate("\r\n") == Validity::incomplete);
  CHECK_FALSE(validator.in_head());
  CHECK(validate("\r\nPOST /users HTTP/1.1\r\n") == Validity::incomplete);
  CHECK((validator.in_head() && validator.at_end() && !validator.at_head()));
  const auto head = wire_bytes("\r\n" + post_head + "Content-Length: 5~~");
  CHECK(validate(head + "hell") == Validity::valid);
  CHECK((validator.at_head() && !validator.at_end() && !validator.in_head()));
  CHECK(validator.size() == head.size());
  CHECK(validator.head().content_length == 5);
  CHECK(validate("hell") == Validity::valid);
  CHECK((!validator.at_head() && !validator.at_end() && !validator.in_head()));
  CHECK(validate("oGET") == Validity::valid);
  CHECK((!validator.at_head() && validator.at_end() && validator.size() == 1));
  CHECK(validate("GET / HTTP/1.0\r\n\r\nG") == Validity::valid);
  CHECK((validator.at_head() && validator.at_end() && validator.size() == 18));
  CHECK((validator.head().closes && validator.head().method == Method::get));
}

TEST_CASE("of an invalid request it is known which method was to be answered") {
  RequestValidator in_body{RequestLimits{}};
  auto head = wire_bytes("PUT / HTTP/1.1~Host: h~Transfer-Encoding: chunked~~");
  CHECK(in_body.validate(head) == Validity::valid);
  string chunk = "x\r\n";
  CHECK(in_body.validate(chunk) == Validity::invalid);
  CHECK(in_body.head().method == Method::put);
  CHECK(in_body.head().chunked);

  RequestValidator in_head{RequestLimits{}};
  auto first = wire_bytes("PUT / HTTP/1.1~Host: h~~");
  CHECK(in_head.validate(first) == Validity::valid);
  auto second = wire_bytes("HEAD / HTTP/1.1~Host: a b~~");
  CHECK(in_head.validate(second) == Validity::invalid);
  CHECK(in_head.head().method == Method::head);
}

}  // namespace
}  // namespace rollcall::http
