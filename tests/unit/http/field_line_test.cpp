#include <string>
#include <string_view>
#include <vector>

#include "http/wire/syntax/field_line.hpp"
#include "http/wire/syntax/head_validator.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

// tchar of RFC 9110 5.6.2, written out a second time.
bool may_stand_in_a_token(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         marks.find(c) != std::string_view::npos;
}

// The line after move_white_space().
std::string after_moving(std::string line) {
  move_white_space(line);
  return line;
}

struct FieldsVerdict {
  int status = 0;  // of the problem, if the fields are invalid
  std::string text{};
  RequestHead head{};
};

// Validates a head with these lines, which end with `~` instead of CRLF. Checks that the verdict is
// the same whether the bytes arrive at once or one by one.
FieldsVerdict fields_of_head(std::string_view lines, std::string_view version = "1.1") {
  std::string text = "GET / HTTP/" + std::string(version) + "\r\n";
  for (const char c : lines) text += c == '~' ? "\r\n" : std::string(1, c);
  text += "\r\n";
  std::vector<FieldsVerdict> verdicts;
  for (const std::size_t step : {std::size_t{1}, text.size()}) {
    HeadValidator validator{RequestLimits{}};
    FieldsVerdict verdict{0, text};
    auto validity = Validity::incomplete;
    for (auto end = step; validity == Validity::incomplete && end <= text.size(); end += step) {
      validity = validator.validate({verdict.text.data(), end});
    }
    REQUIRE(validity != Validity::incomplete);
    verdict.head = validator.head();
    if (validity == Validity::invalid) verdict.status = describe(validator.problem().type).status;
    verdicts.push_back(verdict);
  }
  INFO(lines);
  CHECK(verdicts[0].status == verdicts[1].status);
  if (verdicts[0].status == 0) CHECK(verdicts[0].text == verdicts[1].text);
  UNSCOPED_INFO(text);  // for the next assertion
  return verdicts[0];
}

TEST_CASE("a field line is parsed into a name and the value without white space around it") {
  struct Row {
    std::string_view line;
    std::string_view name;
    std::string_view value;
  };
  for (const auto& row :
       {Row{"Host: a", "Host", "a"}, Row{"Host:a", "Host", "a"}, Row{"x: ", "x", ""},
        Row{"x:", "x", ""}, Row{"x: \t ", "x", ""}, Row{"x: \ta\t ", "x", "a"},
        Row{"x:a b\tc", "x", "a b\tc"}, Row{"x::", "x", ":"}, Row{"x:a:b", "x", "a:b"},
        Row{"!#$%&'*+-.^_`|~0aZ: 1", "!#$%&'*+-.^_`|~0aZ", "1"},
        Row{"x: \x80\xff", "x", "\x80\xff"}, Row{"x: \"a, b\"", "x", "\"a, b\""}}) {
    INFO(row.line);
    const auto field = parse_field_line(row.line);
    REQUIRE(field);
    CHECK(field->name == row.name);
    CHECK(field->value == row.value);
  }
}

TEST_CASE("a line without a token before its colon is no field") {
  for (const std::string_view line :
       {"", ":", ": a", "x", "x a", "x : a", "x\t: a", "x y: a", " x: a", "X(: a", "\"x\": a",
        "x/y: a", "{x}: a", "x\x80: a", "\xc3\xa4: a", "x@y: a", "[x]: a", "x,y: a", "x;y: a"}) {
    INFO(line);
    const auto field = parse_field_line(line);
    REQUIRE_FALSE(field);
    CHECK_FALSE(field.error().empty());
  }
}

TEST_CASE("a name may have the characters of a token and no other byte") {
  for (int byte = 0; byte < 256; ++byte) {
    INFO(byte);
    const auto c = static_cast<char>(byte);
    if (c == ':') continue;
    CHECK(parse_field_line(std::string("a") + c + "b: v").has_value() == may_stand_in_a_token(c));
    CHECK(parse_field_line(std::string(1, c) + ": v").has_value() == may_stand_in_a_token(c));
  }
}

TEST_CASE("a value may have every byte except controls other than tab") {
  for (int byte = 0; byte < 256; ++byte) {
    INFO(byte);
    const bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    const auto c = static_cast<char>(byte);
    CHECK(parse_field_line(std::string("x: a") + c + "b").has_value() == allowed);
    CHECK(parse_field_line(std::string("x:") + c).has_value() == allowed);
    CHECK(parse_field_line(std::string("x: a") + c).has_value() == allowed);
  }
}

TEST_CASE("a folded line is called so") {
  for (const std::string_view line : {" more", "\tmore", " x: a", " "}) {
    INFO(line);
    const auto field = parse_field_line(line);
    REQUIRE_FALSE(field);
    CHECK(field.error().find("folded") != std::string::npos);
  }
  CHECK(parse_field_line("x y").error().find("folded") == std::string::npos);
}

TEST_CASE("white space behind a value is moved in front of it") {
  struct Row {
    std::string_view line;
    std::string_view moved;
  };
  for (const auto& row :
       {Row{"x:a ", "x: a"}, Row{"x: a\t", "x:\t a"}, Row{"x: a \t", "x: \t a"},
        Row{"x: a b ", "x:  a b"}, Row{"x:a:b ", "x: a:b"}, Row{"x:ab\t\t\t", "x:\t\t\tab"},
        Row{"Content-Length: 12\t", "Content-Length:\t 12"}, Row{": ", ": "}}) {
    INFO(row.line);
    CHECK(after_moving(std::string(row.line)) == row.moved);
  }
}

TEST_CASE("a line without white space behind a value is left as it is") {
  for (const std::string_view line : {"", "x", "x:", "x:a", "x: a", "x: \t a b", "x y", "x ", " ",
                                      "\t", "x: ", "x: \t ", " x: a"}) {
    INFO(line);
    CHECK(after_moving(std::string(line)) == line);
  }
}

TEST_CASE("moving white space changes neither name nor value") {
  for (const std::string before : {"", " ", "\t", " \t "}) {
    for (const std::string value : {"", "a", "a b", "a:b", "\xff", "a\tb"}) {
      for (const std::string after : {"", " ", "\t", "\t \t"}) {
        const auto line = "Name:" + before + value + after;
        const auto changed = after_moving(line);
        INFO(line);
        const auto field = parse_field_line(changed);
        REQUIRE(field);
        CHECK(field->name == "Name");
        CHECK(field->value == value);
        CHECK(changed.size() == line.size());
        CHECK(changed.ends_with(value));
        CHECK(after_moving(changed) == changed);
      }
    }
  }
}

TEST_CASE("moving white space does not repair a line") {
  for (const std::string_view line : {"x : a ", "x y: a ", " x: a ", "x a ", ": a ", "x: a\x01 "}) {
    INFO(line);
    CHECK_FALSE(parse_field_line(line));
    CHECK_FALSE(parse_field_line(after_moving(std::string(line))));
  }
}

TEST_CASE("in a head white space behind values is moved, and the fields mean the same") {
  const auto verdict = fields_of_head(
      "Host: \th \t~Content-Length: 12\t~Connection: close\t ~traceparent:00-01 ~X:  ~Y:y~");
  CHECK(verdict.status == 0);
  CHECK(verdict.text ==
        "GET / HTTP/1.1\r\nHost: \t \th\r\nContent-Length:\t 12\r\nConnection:\t  close\r\n"
        "traceparent: 00-01\r\nX:  \r\nY:y\r\n\r\n");
  CHECK(verdict.head.content_length == 12);
  CHECK(verdict.head.closes);
}

TEST_CASE("a malformed line among the fields of a head is refused") {
  for (const std::string line : {" folded",
                                 "\tfolded",
                                 " ",
                                 "X",
                                 "X : y",
                                 ": y",
                                 "X(: y",
                                 "\x80: y",
                                 "X: \x7f",
                                 "X: a\x01",
                                 "X:\v",
                                 "X y: z",
                                 "Content-Length : 5",
                                 "Transfer-Encoding\t: chunked",
                                 "Transfer-Encoding-X: y",
                                 "transfer-encodings: chunked",
                                 "X: \b",
                                 "[X]: y",
                                 "X: a\rb",
                                 "X: a\nb",
                                 "X:\rZContent-Length: 35",
                                 "X: y\r",
                                 "\r",
                                 "GET / HTTP/1.1"}) {
    CHECK(fields_of_head("Host: h~" + line + "~").status == 400);
    CHECK(fields_of_head(line + "~Host: h~").status == 400);
    CHECK(fields_of_head("Host: h~" + line + "~ more: x~").status == 400);
  }
  CHECK(fields_of_head("Host: h~X: " + std::string(1, '\0') + "~").status == 400);
}

TEST_CASE("a head of HTTP/1.1 has exactly one Host, one of HTTP/1.0 at most one") {
  CHECK(fields_of_head("Host: h~").status == 0);
  CHECK(fields_of_head("").status == 400);
  CHECK(fields_of_head("X: Host~").status == 400);
  CHECK(fields_of_head("", "1.2").status == 400);
  CHECK(fields_of_head("", "1.0").status == 0);
  CHECK(fields_of_head("Host: h~", "1.0").status == 0);
  for (const std::string_view version : {"1.0", "1.1", "1.2"}) {
    CHECK(fields_of_head("Host: h~Host: h~", version).status == 400);
    CHECK(fields_of_head("Host: h~X: y~hOST: i~", version).status == 400);
  }
}

TEST_CASE("a Host that is no authority is refused") {
  for (const std::string value :
       {"",     " ",   "a/b",    "a, b",  "a b",       "a:99999999", "a:x",      "a:65536",
        "\xff", "[]",  "[::1",   "::1",   "[1.2.3.4]", "u@h",        "http://h", "h?",
        "h#",   ":80", "[::1]x", "\"h\"", "<h>",       "{h}",        "a|b"}) {
    CHECK(fields_of_head("Host:" + value + "~").status == 400);
    CHECK(fields_of_head("Host: " + value + "~", "1.0").status == 400);
  }
}

TEST_CASE("a field that is no list has one line, a list may have several") {
  for (const std::string name : {"Content-Type", "Content-Length", "Origin", "Sec-Fetch-Site",
                                 "Request-Timeout", "CONTENT-TYPE", "content-length"}) {
    const auto line = name + ": 5~";
    CHECK(fields_of_head("Host: h~" + line).status == 0);
    CHECK(fields_of_head("Host: h~" + line + line).status == 400);
    CHECK(fields_of_head(line + "X: y~Host: h~" + line).status == 400);
  }
  CHECK(fields_of_head("Host: h~Content-Type: a/b~content-type: c/d~").status == 400);
  CHECK(fields_of_head("Content-Type: a/b~Content-Length: 5~Origin: http://h~Host: h~"
                       "Sec-Fetch-Site: same-origin~Request-Timeout: 5~")
            .status == 0);
  for (const std::string name : {"Accept", "Content-Encoding", "Cache-Control", "Connection",
                                 "If-Match", "If-None-Match", "X", "Expect", "Accept-Encoding"}) {
    CHECK(fields_of_head("Host: h~" + name + ": a~" + name + ": b~").status == 0);
  }
}

TEST_CASE("the connection persists as the version and Connection say") {
  struct Row {
    std::string version;
    std::string lines;
    bool closes;
  };
  for (const auto& row :
       {Row{"1.1", "", false}, Row{"1.0", "", true}, Row{"1.1", "Connection: close~", true},
        Row{"1.0", "Connection: keep-alive~", false},
        Row{"1.1", "Connection: keep-alive, close~", true},
        Row{"1.0", "Connection: keep-alive~connection: close~", true},
        Row{"1.0", "Connection: x~Connection: ,Keep-Alive,~", false},
        Row{"1.1", "Connection: closed~", false}, Row{"1.1", "Connection: close\t~", true},
        Row{"1.2", "", false}, Row{"1.1", "Connection: Upgrade~Upgrade: h2c~", false}}) {
    INFO(row.version << " " << row.lines);
    const auto verdict = fields_of_head(row.lines + "Host: h~", row.version);
    CHECK(verdict.status == 0);
    CHECK(verdict.head.closes == row.closes);
  }
}

}  // namespace
}  // namespace rollcall::http
