#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "http/wire/syntax/head_validator.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

using std::string;

const RequestLimits small_head{100, 50, 40, 3, 120};

// `~` stands for CRLF.
string head_bytes(std::string_view notation) {
  string bytes;
  for (const char c : notation) bytes += c == '~' ? "\r\n" : string(1, c);
  return bytes;
}

struct HeadVerdict {
  Validity validity = Validity::incomplete;
  int status = 0;              // of the problem, if the head is invalid
  std::size_t decided_at = 0;  // how many bytes had arrived
  string bytes{};              // as the validator left them
  RequestHead head{};

  auto facts() const {
    return std::tuple(validity, status, bytes, head.size, head.method, head.target.of(bytes),
                      head.content_length, head.chunked, head.http_1_0, head.closes,
                      head.expects_continue);
  }
};

// Has the bytes arrive in steps: first `first` of them, then `step` at a time. Each time they stand
// in other memory.
HeadVerdict arrived_head(const string& text, std::size_t first, std::size_t step,
                         const RequestLimits& limits) {
  HeadValidator validator(limits);
  HeadVerdict verdict;
  verdict.bytes = text;
  for (auto end = first;; end += step) {
    verdict.decided_at = std::min(end, text.size());
    std::vector<char> memory(verdict.bytes.data(), verdict.bytes.data() + verdict.decided_at);
    verdict.validity = validator.validate(memory);
    verdict.bytes.replace(0, memory.size(), memory.data(), memory.size());
    if (verdict.validity != Validity::incomplete || end >= text.size()) break;
  }
  if (verdict.validity == Validity::invalid) {
    verdict.status = describe(validator.problem().type).status;
    verdict.bytes = text;
  }
  if (verdict.validity == Validity::valid) verdict.head = validator.head();
  return verdict;
}

// The verdict on bytes that arrive one by one. Checks that it is the same for all at once and for
// each division into two pieces.
HeadVerdict judged_head(const string& text, const RequestLimits& limits = {}) {
  const auto verdict = arrived_head(text, 1, 1, limits);
  std::size_t first = 1;
  while (first <= text.size() &&
         arrived_head(text, first, text.size(), limits).facts() == verdict.facts()) {
    ++first;
  }
  INFO(text << "\nis judged otherwise if this many bytes arrive first: " << first);
  CHECK(first == text.size() + 1);
  UNSCOPED_INFO(text);  // for the next assertion
  return verdict;
}

TEST_CASE("a good head is valid up to its empty line, however it arrives") {
  for (const std::string_view notation :
       {"GET / HTTP/1.1~Host: h~~", "~GET / HTTP/1.1~Host: h~~", "GET / HTTP/1.0~~",
        "OPTIONS * HTTP/1.1~Host: h~~", "HEAD /?a=/?:@ HTTP/1.1~Host: h:80~~",
        "PATCH /users/1 HTTP/1.1~host:h~Content-Length: 0~~",
        "PUT /%41;v=1,2/-._!$&'()*+ HTTP/1.1~HOST: \t h \t ~~",
        "POST /users HTTP/1.1~Host: [::1]:1~Transfer-Encoding: chunked~~",
        "GET http://h HTTP/1.1~Host: h~~", "GET http://h:1/a?b HTTP/1.1~Host: H:1~~",
        "GET HTTP://h?b HTTP/1.1~Host: h~~", "GET https://h/ HTTP/1.1~Host: h~~",
        "GET http://[::1]/users/5 HTTP/1.0~~",
        "GET / HTTP/1.1~Host: h~Empty:~X: \x80\xff~!#$%&'*+-.^_`|: \"~~"}) {
    const auto text = head_bytes(notation);
    for (const string behind : {"", "GET /", "\r\n", "\n", "\x01", " x \r\n"}) {
      const auto verdict = judged_head(text + behind);
      CHECK(verdict.validity == Validity::valid);
      CHECK(verdict.head.size == text.size());
      CHECK(verdict.decided_at == text.size());
      CHECK(verdict.bytes.substr(text.size()) == behind);
    }
    CHECK(judged_head(text.substr(0, text.size() - 1)).validity == Validity::incomplete);
  }
}

TEST_CASE("the head says what it is about and what follows it") {
  const auto get = judged_head(head_bytes("~GET /a?b HTTP/1.1~Host: h~~"));
  CHECK(get.head.method == Method::get);
  CHECK(get.head.target.of(get.bytes) == "/a?b");
  CHECK_FALSE((get.head.has_body() || get.head.closes || get.head.http_1_0));

  const auto post =
      judged_head(head_bytes("POST http://h/a HTTP/1.1~Host: h~cONTENT-lENGTH: 012~"
                             "Connection: x, Close~Expect: 100-Continue~~"));
  CHECK(post.head.method == Method::post);
  CHECK(post.head.target.of(post.bytes) == "http://h/a");
  CHECK(post.head.content_length == 12);
  CHECK((post.head.has_body() && post.head.closes && post.head.expects_continue));

  const auto chunked =
      judged_head(head_bytes("PUT / HTTP/1.1~Host: h~transfer-encoding: CHUNKED~~"));
  CHECK((chunked.head.has_body() && chunked.head.chunked && !chunked.head.expects_continue));
  CHECK(chunked.head.content_length == 0);
}

TEST_CASE("a request line is method, space, target, space and version, or it is refused") {
  for (const std::string_view line :
       {"", "GET", "GET /", "GET / ", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET  /  HTTP/1.1",
        " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1",
        "GET /a b HTTP/1.1", " / HTTP/1.1", "G(T / HTTP/1.1", "G\x80T / HTTP/1.1",
        "GET / HTTP/1.1 x", "GET HTTP/1.1", "GET / /HTTP/1.1", "Host: h"}) {
    CHECK(judged_head(head_bytes("~" + string(line) + "~Host: h~~")).status == 400);
  }
}

TEST_CASE("one empty line before the request line is passed over, a second one is not") {
  CHECK(judged_head(head_bytes("~GET / HTTP/1.1~Host: h~~")).validity == Validity::valid);
  CHECK(judged_head(head_bytes("~~GET / HTTP/1.1~Host: h~~")).status == 400);
}

TEST_CASE("versions 1.x are served, other majors are 505, other texts 400") {
  const auto status_of = [](const string& version) {
    return judged_head(head_bytes("GET / " + version + "~Host: h~~")).status;
  };
  for (const string version : {"HTTP/1.0", "HTTP/1.1", "HTTP/1.2", "HTTP/1.9"}) {
    CHECK(status_of(version) == 0);
  }
  for (const string version : {"HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/9.1"}) {
    CHECK(status_of(version) == 505);
  }
  for (const string version :
       {"HTTP/1x",  "HTTP/1.",   "HTTP/1",    "HTTP/11",  "HTTP/1.10", "HTTP/1.1x",   "HTTP/",
        "http/1.1", "HTTP/a.1",  "HTTP/1.a",  "HTTP/1,1", "HTTP /1.1", "HTTP/2",      "HTTPS/1.1",
        "1.1",      "HTTP/01.1", "HTTP/-1.1", "XTTP/1.1", "",          "HTTP/1.1\x01"}) {
    CHECK(status_of(version) == 400);
  }
  CHECK(judged_head(head_bytes("GET / HTTP/1.0~~")).head.http_1_0);
  CHECK_FALSE(judged_head(head_bytes("GET / HTTP/1.2~Host: h~~")).head.http_1_0);
  CHECK(judged_head(head_bytes("PRI * HTTP/2.0~~SM~~")).status == 505);
}

TEST_CASE("a method that is not implemented is 501, also one in lower case") {
  for (const string method : {"QUERY", "CONNECT", "TRACE", "get", "Get", "patch", "GETT", "G", "!",
                              "PROPFIND", "PRI", "GE", "DELETE1"}) {
    CHECK(judged_head(head_bytes(method + " / HTTP/1.1~Host: h~~")).status == 501);
  }
  CHECK(judged_head(head_bytes("CONNECT h:1 HTTP/1.1~Host: h:1~~")).status == 501);
  for (const string method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    CHECK(judged_head(head_bytes(method + " / HTTP/1.1~Host: h~~")).status == 0);
  }
}

TEST_CASE("a target is a path, an absolute URI or the * of OPTIONS") {
  for (const string target : {"*", "h:1", "h", "users/1", "http:", "http:/h/", "://h/", "ftp://h/",
                              "http://", "?a", "/a#f", "/a\\b", "/\x80", "/a /b", "a"}) {
    CHECK(judged_head(head_bytes("GET " + target + " HTTP/1.1~Host: h~~")).status == 400);
  }
  for (const string target : {"/users/1", "?a", "[::1/users/5", "u@h/", "h:99999/", "h:x/", "h#f",
                              "h/a\"b", "a,,b /", "h|", "\xff", "[h]/", ":80/"}) {
    CHECK(judged_head(head_bytes("GET http://" + target + " HTTP/1.0~~")).status == 400);
  }
  for (const string target : {"**", "*?a", "*/"}) {
    CHECK(judged_head(head_bytes("OPTIONS " + target + " HTTP/1.1~Host: h~~")).status == 400);
  }
  CHECK(judged_head(head_bytes("GET http://h:80/ HTTP/1.1~Host: i:80~~")).status == 400);
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?%";
    const bool alphanumeric = byte < 128 && std::isalnum(byte) != 0;
    const bool allowed = alphanumeric || (byte != 0 && marks.find(c) != std::string_view::npos);
    const auto rest = " HTTP/1.1\r\nHost: h\r\n\r\n";
    INFO(byte);
    CHECK(judged_head(string("GET /a") + c + "41" + rest).status == (allowed ? 0 : 400));
    CHECK(judged_head(string("GET http://h/") + c + "41" + rest).status == (allowed ? 0 : 400));
  }
}

TEST_CASE("a control byte anywhere in a head is refused, also CR and LF outside a line's end") {
  const auto text = head_bytes("~POST /a HTTP/1.1~Host: h~Empty:~X: y~~");
  for (int byte = 0; byte < 128; ++byte) {
    if (byte == '\t' || (byte >= 0x20 && byte != 0x7f)) continue;
    // Behind the last CR, LF ends the head.
    const auto end = text.size() - (byte == '\n' ? 1 : 0);
    for (std::size_t at = 0; at < end; ++at) {
      INFO("byte " << byte << " at " << at);
      auto broken = text;
      broken.insert(at, 1, static_cast<char>(byte));
      const auto status = arrived_head(broken, 1, 1, {}).status;
      const auto at_once = arrived_head(broken, broken.size(), 1, {}).status;
      if (status != 400 || at_once != 400) CHECK((status == 400 && at_once == 400));
    }
  }
}

TEST_CASE("what is at a limit of the head passes, one byte or field more does not") {
  const auto status_of = [](std::string_view notation) {
    return judged_head(head_bytes(notation), small_head).status;
  };
  const string end = " HTTP/1.1~Host: h~~";
  for (const string method : {"GET ", "OPTIONS "}) {
    CHECK(status_of(method + "/" + string(49, 'a') + end) == 0);
    CHECK(status_of(method + "/" + string(50, 'a') + end) == 414);
    CHECK(status_of(method + "http://h/" + string(41, 'a') + end) == 0);
    CHECK(status_of(method + "http://h/" + string(42, 'a') + end) == 414);
  }
  const string begin = "GET / HTTP/1.1~Host: h~";
  CHECK(status_of(begin + "X-Abc: " + string(35, 'a') + "~~") == 0);
  CHECK(status_of(begin + "X-Abc: " + string(36, 'a') + "~~") == 431);
  CHECK(status_of(begin + string(39, 'a') + ":1~~") == 0);
  CHECK(status_of(begin + string(40, 'a') + ":1~~") == 431);
  CHECK(status_of(begin + "A:~A:~~") == 0);
  CHECK(status_of(begin + "A:~A:~A:~~") == 431);
  CHECK(status_of(begin + "A:~A:~A:") == 0);
  const RequestLimits whole{100, 50, 1'000, 3, 100};
  const auto size = head_bytes(begin + "X: ~~").size();
  for (const string first : {"", "~"}) {
    const auto room = 100 - size - 2 * first.size();
    const auto padded = [&](std::size_t bytes) {
      return head_bytes(first + begin + "X: " + string(bytes, 'a') + "~~");
    };
    CHECK(judged_head(padded(room), whole).validity == Validity::valid);
    CHECK(judged_head(padded(room + 1), whole).status == 431);
  }
}

TEST_CASE("white space around a value counts the same however it arrives") {
  for (const std::size_t spaces : {1U, 2U, 3U, 6U, 20U, 60U}) {
    const auto padding = string(spaces, ' ');
    const string begin = "GET / HTTP/1.1~Host: h~X:";
    judged_head(head_bytes(begin + padding + string(39, 'a') + "~~"), small_head);
    judged_head(head_bytes(begin + string(39, 'a') + padding + "~~"), small_head);
    judged_head(head_bytes(begin + padding + "a~~"), small_head);
  }
}

TEST_CASE("a hopeless head is refused at the first byte that makes it so") {
  struct Row {
    string text;
    int status;
  };
  const string begin = head_bytes("GET / HTTP/1.1~Host: h~");
  const string fields = begin + "A:" + string(37, 'a') + "\r\nA:" + string(37, 'a') + "\r\n";
  for (const auto& [text, status] : {Row{"\x16", 400},
                                     Row{string(1, '\0'), 400},
                                     Row{"\n", 400},
                                     Row{"\rG", 400},
                                     Row{"\x80\x2e\x01", 400},
                                     Row{"\r\n\rG", 400},
                                     Row{"GET / \x01", 400},
                                     Row{"G\rE", 400},
                                     Row{"SSH-2.0-x\r\n", 400},
                                     Row{"GET a HTTP/1.1\r\n", 400},
                                     Row{begin + "\rX", 400},
                                     Row{"QUERY / HTTP/1.1\r\n", 501},
                                     Row{"GET / HTTP/3.0\r\n", 505},
                                     Row{begin + "X: \x7f", 400},
                                     Row{begin + "X: a\rb", 400},
                                     Row{begin + " folded\r\n", 400},
                                     Row{begin + "Host: h\r\n", 400},
                                     Row{begin + "A:\r\nA:\r\nA:\r\n", 431},
                                     Row{begin + "Content-Length: 101\r\n", 413},
                                     Row{begin + string(43, 'a'), 431},
                                     Row{"GET /" + string(89, 'a'), 414},
                                     Row{string(94, 'a'), 414},
                                     Row{fields + string(121 - fields.size(), 'a'), 431}}) {
    INFO(text);
    const auto verdict = judged_head(text + string(20, 'a'), small_head);
    CHECK(verdict.status == status);
    CHECK(verdict.decided_at == text.size());
  }
}

}  // namespace
}  // namespace rollcall::http
