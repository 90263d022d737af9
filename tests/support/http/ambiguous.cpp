#include "tests/support/http/ambiguous.hpp"

#include <cstdio>

namespace rollcall::tests {

namespace {

using Messages = std::vector<std::string>;

const std::string host_field = "Host: localhost\r\n";
const std::string json_field = "Content-Type: application/json\r\n";
const std::string abc_json = R"({"name":"Abc"})";
const std::string last_chunk = "0\r\n\r\n";
const std::string user_chunk = "e\r\n" + abc_json + "\r\n";
const std::string get_line = "GET /users/1 HTTP/1.1\r\n";
const std::string post_line = "POST /users HTTP/1.1\r\n";

std::string hexadecimal(std::size_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%zx", number);
  return text;
}

std::string hidden_size() { return std::to_string(hidden_request().size()); }
std::string length_line() { return "Content-Length: " + hidden_size() + "\r\n"; }

/// The hidden request as the only chunk.
std::string hidden_chunks() {
  const auto& hidden = hidden_request();
  return hexadecimal(hidden.size()) + "\r\n" + hidden + "\r\n" + last_chunk;
}

std::string get(const std::string& fields, const std::string& behind = hidden_request()) {
  return get_line + host_field + fields + "\r\n" + behind;
}

std::string post(const std::string& fields, const std::string& body = hidden_request()) {
  return post_line + host_field + json_field + fields + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

/// With the hidden request as its body.
std::string with_body(const std::string& request_line, const std::string& fields = json_field) {
  return request_line + host_field + fields + length_line() + "\r\n" + hidden_request();
}

/// Lines of the head that do not end with CRLF, or are no lines.
Messages lines() {
  const auto& hidden = hidden_request();
  const auto length = length_line();
  return {
      get_line + host_field + "\rX" + hidden,
      get_line + host_field + "\r\r\n" + hidden,
      get_line + host_field + "A: b\r\r" + hidden,
      get_line + host_field + "A: b\n\r\n",
      get_line + host_field + "\n",
      "GET /users/1 HTTP/1.1\n" + host_field + "\r\n",
      "POST /users HTTP/1.1\nHost: localhost\n" + length + "\n" + hidden,
      get("A: b\r" + length),
      get("A: b\n" + length),
      get("A:\r" + length),
      get("A:\rZ" + length),
      get("A:\r\n " + length, ""),
      get("A:\r\n\t" + length, ""),
      get(" " + length, ""),
      get("A: b\r\n c\r\n", ""),
      post_line + " " + length + host_field + "\r\n",
      get(std::string("A\0", 2) + length, ""),
      get(std::string("A: \0\r\n", 6), ""),
      get("A: \x01\r\n", ""),
      get("Abc\r\n", ""),
      get(": b\r\n", ""),
      get("A : b\r\n", ""),
      "\n" + get("", ""),
      "\r" + get("", ""),
      "\r\n\r\n" + get("", ""),
  };
}

Messages lengths() {
  const auto size = hidden_size();
  const auto length = length_line();
  return {
      post("Content-Length:\r\n"),
      post("Content-Length: +" + size + "\r\n"),
      post("Content-Length: -" + size + "\r\n"),
      post("Content-Length: 0x" + hexadecimal(hidden_request().size()) + "\r\n"),
      post("Content-Length: " + size + " 0\r\n"),
      post("Content-Length: " + size + ", " + size + "\r\n"),
      post("Content-Length: " + size + ", 0\r\n"),
      post("Content-Length: 00000000000000000000" + size + "\r\n"),
      // 2^64 more.
      post("Content-Length: 18446744073709" + std::to_string(551'616 + hidden_request().size()) +
           "\r\n"),
      post("Content-Length:\x0b" + size + "\r\n"),
      post("Content-Length : " + size + "\r\n"),
      post("Content-Length\t: " + size + "\r\n"),
      post("Content-Length:\r\n " + size + "\r\n"),
      post("Content-Length: 0\r\n" + length),
      post(length + "Content-Length: 0\r\n"),
      post(length + length),
  };
}

Messages codings() {
  const std::string coding = "Transfer-Encoding: chunked\r\n";
  const auto chunks = hidden_chunks();
  Messages all{
      post("Content-Length: 4\r\n" + coding, chunks),
      post(coding + "Content-Length: 4\r\n", chunks),
      post("Transfer-Encoding : chunked\r\n", chunks),
      post("Transfer-Encoding:\r\n chunked\r\n", chunks),
      post(coding + coding, chunks),
      post(coding + "Transfer-Encoding: identity\r\n", chunks),
      post("Transfer-Encoding: identity\r\n" + length_line()),
      post("Transfer-Encoding:\r\n" + length_line()),
      post("Connection: transfer-encoding\r\n" + coding, chunks),
      "POST /users HTTP/1.0\r\n" + host_field + json_field + "Connection: keep-alive\r\n" + coding +
          "\r\n" + chunks,
      "POST /users HTTP/1.2\r\n" + host_field + json_field + coding + "\r\n" + chunks,
  };
  for (const std::string value :
       {"\tchunked", "chunked\t", "CHUNKED",
        "\x0b"
        "chunked",
        "xchunked", "\"chunked\"", "chunked, identity", "identity, chunked", "gzip, chunked",
        "chunked, chunked", ", chunked", "chunked;a=b"}) {
    all.push_back(post("Transfer-Encoding: " + value + "\r\n", chunks));
  }
  return all;
}

Messages chunks() {
  const auto& hidden = hidden_request();
  const auto size = hexadecimal(hidden.size());
  const auto behind_size = [](const std::string& text) {
    return chunked("e" + text + "\r\n" + abc_json + "\r\n" + last_chunk);
  };
  return {
      chunked(size + "\rX" + hidden + "\r\n" + last_chunk),
      chunked(size + "\r" + hidden + "\r\n" + last_chunk),
      chunked(size + "\n" + hidden + "\n0\n\n"),
      chunked("2;\nxx\r\n" + hidden_chunks()),
      chunked("2;a\nxx\r\n" + hidden_chunks()),
      chunked("2;a\rxx\r\n" + hidden_chunks()),
      chunked("-" + size + "\r\n" + hidden + "\r\n" + last_chunk),
      chunked("+" + size + "\r\n" + hidden + "\r\n" + last_chunk),
      chunked("0x" + hidden_chunks()),
      chunked(" " + hidden_chunks()),
      chunked("\r\n" + hidden_chunks()),
      chunked("100000000000000" + size + "\r\n" + hidden + "\r\n" + last_chunk),
      chunked("000000000000000000000" + user_chunk + last_chunk),
      chunked("g\r\n" + hidden),
      behind_size(" "),
      behind_size(";"),
      behind_size(";a"),
      behind_size(" ; a=\"b;\\\"c\""),
      behind_size(";a=\"b"),
      behind_size(std::string(";a=\0", 4)),
      behind_size(";a\rX"),
      behind_size(";a=" + std::string(4'000, 'b')),
      chunked("e\r\n" + abc_json + "XX" + last_chunk),
      chunked("e\r\n" + abc_json + "\rX" + last_chunk),
      chunked("e\r\n" + abc_json + "\n" + last_chunk),
      chunked("e\r\n" + abc_json + "\n\r" + last_chunk),
      chunked("e\r\n" + abc_json + last_chunk),
  };
}

Messages ends_of_chunks() {
  Messages all;
  for (const std::string& end :
       {std::string("0\rX\r\n"), std::string("0\r\r\n\r\n"), std::string("0\n\r\n"),
        std::string("0\r\n\rX"), std::string("0\r\n\n"), "0\r\n" + hidden_request(),
        "0\r\nA: b\r\r\n" + hidden_request(), std::string("0\r\nA: b\n\n")}) {
    all.push_back(chunked(user_chunk + end));
  }
  for (const std::string trailer :
       {"A: b", "A: b\rC: d", "A: b\nC: d", "A: b\r\n c", "A : b", "Abc", "Content-Length: 9",
        "Transfer-Encoding: chunked", "Host: other.example"}) {
    all.push_back(chunked(user_chunk + "0\r\n" + trailer + "\r\n\r\n"));
  }
  return all;
}

Messages request_lines() {
  Messages all{
      get("Host: other.example\r\n", ""),
      get_line + "\r\n",
      get_line + "Host:\r\n\r\n",
      get_line + "Host: a/b\r\n\r\n",
      get_line + "Host: other.example\r\n\r\n",
  };
  for (const std::string line : {"GET http://other.example/users/1 HTTP/1.1",
                                 "GET http://localhost:1/users/1 HTTP/1.1",
                                 "GET https://localhost/users/1 HTTP/1.1",
                                 "GET http://localhost@other.example/users/1 HTTP/1.1",
                                 "CONNECT localhost:80 HTTP/1.1",
                                 "TRACE /users/1 HTTP/1.1",
                                 "OPTIONS * HTTP/1.1",
                                 "GET * HTTP/1.1",
                                 "GET /users/1 HTTP/1.2",
                                 "GET /users/1 HTTP/1.10",
                                 "GET /users/1 HTTP/01.1",
                                 "GET /users/1 HTTP/2.0",
                                 "GET /users/1 http/1.1",
                                 "GET  /users/1  HTTP/1.1",
                                 "GET\t/users/1\tHTTP/1.1",
                                 "GET /users/1 HTTP/1.1 ",
                                 "GET /users/1 /users/2 HTTP/1.1",
                                 "GET /users/1#a HTTP/1.1",
                                 "GET /users/\xc3\xa9 HTTP/1.1",
                                 "GET /users/1?\"<>^`{|} HTTP/1.1",
                                 "GET /users/1%0d%0aA:%20b HTTP/1.1",
                                 "hello"}) {
    all.push_back(line + "\r\n" + host_field + "\r\n");
  }
  return all;
}

/// Well framed, but of a kind that a program may take for a request without a body, or whose body
/// the daemon does not want.
Messages bodies() {
  Messages all{
      get("Connection: Upgrade\r\nUpgrade: websocket\r\n" + length_line()),
      get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
          ""),
      get("Transfer-Encoding: chunked\r\n", hidden_chunks()),
      post("Content-Length: 70000\r\n", std::string(70'000, ' ')),
      post("Expect: 100-continue\r\nContent-Length: 70000\r\n", std::string(70'000, ' ')),
      chunked("11170\r\n" + std::string(70'000, ' ') + "\r\n" + last_chunk),
      post("Expect: 100-continue\r\nContent-Length: 14\r\n", abc_json),
  };
  for (const std::string method :
       {"GET", "HEAD", "POST", "DELETE", "QUERY", "PROPFIND", "patch", "POSTS"}) {
    all.push_back(with_body(method + " /users HTTP/1.1\r\n"));
  }
  for (const std::string fields :
       {"Expect: 100-continue\r\nContent-Type: text/plain\r\n", "Expect: more\r\n",
        "Connection: content-length\r\n", "Connection: close, host\r\n",
        "Origin: http://other.example\r\n", "X-HTTP-Method-Override: DELETE\r\n"}) {
    all.push_back(with_body(post_line, fields));
  }
  std::string many;
  for (int i = 0; i < 100; ++i) many += "A" + std::to_string(i) + ": b\r\n";
  all.push_back(with_body(get_line, many));
  all.push_back(with_body("POST /users HTTP/1.0\r\n", json_field + "Connection: keep-alive\r\n"));
  return all;
}

}  // namespace

const std::string& hidden_request() {
  static const std::string hidden = post_line + host_field + json_field +
                                    "Content-Length: 17\r\n\r\n"
                                    R"({"name":"Hidden"})";
  return hidden;
}

const std::vector<std::string>& ambiguous_requests() {
  static const auto all = [] {
    Messages messages;
    for (const auto& some :
         {lines(), lengths(), codings(), chunks(), ends_of_chunks(), request_lines(), bodies()}) {
      messages.insert(messages.end(), some.begin(), some.end());
    }
    return messages;
  }();
  return all;
}

std::string shown(std::string_view bytes) {
  constexpr std::size_t enough = 400;
  std::string text;
  for (const char c : bytes.substr(0, enough)) {
    char escaped[5];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
    text += c == '\r' ? "\\r" : c == '\n' ? "\\n" : c < ' ' ? escaped : std::string(1, c);
  }
  return text;
}

}  // namespace rollcall::tests
