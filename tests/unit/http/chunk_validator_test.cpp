#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "http/wire/syntax/chunk_validator.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

using std::string;

const RequestLimits small_chunks{100, 50, 40, 3, 200};

// `~` stands for CRLF.
string chunk_bytes(std::string_view notation) {
  string bytes;
  for (const char c : notation) bytes += c == '~' ? "\r\n" : string(1, c);
  return bytes;
}

struct ChunkVerdict {
  int status = 0;  // of the problem, if the body is invalid
  bool complete = false;
  std::size_t validated = 0;   // bytes in valid pieces
  std::size_t decided_at = 0;  // how many bytes had arrived
  string rest{};               // what arrived behind them, as the validator left it
  std::vector<string> pieces{};

  auto facts() const { return std::tuple(status, complete, validated, rest); }
};

// Has the bytes arrive in steps: first `first` of them, then `step` at a time. Each time they stand
// in other memory.
ChunkVerdict arrived_chunks(const string& text, std::size_t first, std::size_t step,
                            const RequestLimits& limits) {
  ChunkValidator validator(limits);
  ChunkVerdict verdict;
  for (auto end = first; verdict.status == 0 && !verdict.complete; end += step) {
    const auto arrived = std::min(end, text.size());
    verdict.rest += text.substr(verdict.decided_at, arrived - verdict.decided_at);
    verdict.decided_at = arrived;
    while (!verdict.rest.empty() && !verdict.complete) {
      std::vector<char> memory(verdict.rest.begin(), verdict.rest.end());
      const auto validity = validator.validate(memory);
      verdict.rest.assign(memory.begin(), memory.end());
      if (validity == Validity::incomplete) break;
      if (validity == Validity::invalid) {
        verdict.status = describe(validator.problem().type).status;
        verdict.rest.clear();
        break;
      }
      verdict.pieces.push_back(verdict.rest.substr(0, validator.size()));
      verdict.validated += validator.size();
      verdict.rest.erase(0, validator.size());
      verdict.complete = validator.complete();
    }
    if (end >= text.size()) break;
  }
  if (verdict.complete) verdict.rest += text.substr(verdict.decided_at);
  return verdict;
}

// The verdict on bytes that arrive one by one. Checks that it is the same for all at once and for
// each division into two pieces.
ChunkVerdict judged_chunks(const string& text, const RequestLimits& limits = {}) {
  const auto verdict = arrived_chunks(text, 1, 1, limits);
  std::size_t first = 1;
  while (first <= text.size() &&
         arrived_chunks(text, first, text.size(), limits).facts() == verdict.facts()) {
    ++first;
  }
  INFO(text << "\nis judged otherwise if this many bytes arrive first: " << first);
  CHECK(first == text.size() + 1);
  UNSCOPED_INFO(text);  // for the next assertion
  return verdict;
}

TEST_CASE("a good body in chunks ends behind its trailers, however it arrives") {
  using namespace std::string_view_literals;
  for (const auto notation :
       {"0~~"sv, "5~hello~0~~"sv, "5~hello~6~ world~0~~"sv, "00005~hello~000~~"sv,
        "a~0123456789~0~~"sv, "A~0123456789~0~~"sv, "5~\r\n0\r\n~0~~"sv, "3~\0\x01\xff~0~~"sv,
        "0000000000000001~x~0~~"sv, "0~X: y~~"sv, "0~X:~Empty: ~~"sv,
        "1~x~0~X: \x80~Server-Timing: a;b=\"c\"~~"sv, "0~X: y \t~~"sv}) {
    const auto text = chunk_bytes(notation);
    for (const string behind : {"", "GET /", "\r\n", "\n", "0\r\n\r\n", " x \r\n"}) {
      const auto verdict = judged_chunks(text + behind);
      CHECK(verdict.complete);
      CHECK(verdict.validated == text.size());
      CHECK(verdict.decided_at == text.size());
      CHECK(verdict.rest == behind);
    }
    const auto unfinished = judged_chunks(text.substr(0, text.size() - 1));
    CHECK((unfinished.status == 0 && !unfinished.complete));
  }
}

TEST_CASE("lines, data and trailers are pieces") {
  const auto text = chunk_bytes("5;a=b~hello~1~x~0~X: y~Z: ~~");
  using Pieces = std::vector<string>;
  CHECK(arrived_chunks(text + "GET", text.size() + 3, 1, {}).pieces ==
        Pieces{"5;a=b\r\n", "hello", "\r\n", "1\r\n", "x", "\r\n", "0\r\n", "X: y\r\nZ: \r\n\r\n"});
  CHECK(arrived_chunks(text, 9, 1, {}).pieces.at(1) == "he");
}

TEST_CASE("extensions are names with tokens or quoted strings as values") {
  for (const string extensions :
       {";a", ";a=b", ";a;b;c", " ;a", "  ; a", "; a = b", ";a =\tb ;c", ";a=\"b\"", ";a=\"\"",
        ";a=\"b c;d=\te\"", ";a=\"b\\\"c\";d", ";a=\"\\\\\"", ";a=\"\\\\\";b=c", ";a=\"\x80\xff\"",
        ";a=\"\\ \"", ";!#$%&'*+-.^_`|0=1", ";a=b;a=b"}) {
    CHECK(judged_chunks("5" + extensions + "\r\nhello\r\n0" + extensions + "\r\n\r\n").complete);
  }
}

TEST_CASE("malformed extensions are refused") {
  for (const string extensions : {";",           ";;a",
                                  ";a;",         ";a=",
                                  ";a=;b",       ";=b",
                                  ";a==b",       ";a=b c",
                                  ";a b",        ";a=\"",
                                  ";a=\"b",      ";a=\"b\\\"",
                                  ";a=\"b\"c",   ";a=\"b\" c",
                                  ";a=\"\\",     ";a=\"\\\"",
                                  ";a=\"b\";",   ";a=b\"c\"",
                                  " ",           "\t",
                                  " garbage",    " garbage \x01",
                                  "garbage",     ";a ",
                                  ";a=b ",       ";a=\"b\"\t",
                                  ";\"a\"",      ";a(=b",
                                  ";\x80",       ";a=\x80",
                                  ";a=b/c",      ",a",
                                  ";a,b",        ";a=\"b\\\x01\"",
                                  ";a=\"\x7f\"", ";a=\"\n\"",
                                  ";a=\"\r\n\"", ";a=\"\\\r\"",
                                  ";\xc3\xa4",   ";a=(b)",
                                  ";a:b",        "=a",
                                  "\t;a",        "\t ;a"}) {
    CHECK(judged_chunks("5" + extensions + "\r\nhello\r\n0\r\n\r\n").status == 400);
    CHECK(judged_chunks("5\r\nhello\r\n0" + extensions + "\r\n\r\n").status == 400);
  }
}

TEST_CASE("a chunk's size is hexadecimal digits only") {
  for (const string line : {"", " 5", "-5", "+5", "0x5", "x", "g", "5g", "5 5", "5,5", "5.0",
                            "\"5\"", "5h", ";a", "\t5", "5\x80", "\xd9\xa5", "_5", "5_0"}) {
    CHECK(judged_chunks(line + "\r\nhello\r\n0\r\n\r\n").status == 400);
    CHECK(judged_chunks("5\r\nhello\r\n" + line + "\r\n\r\n").status == 400);
  }
}

TEST_CASE("a size that is over the limit, or overflows, is refused and does not wrap") {
  struct Row {
    std::string_view digits;
    int status;
  };
  for (const auto& row :
       {Row{"64", 0}, Row{"65", 413}, Row{"0064", 0}, Row{"ffffffff", 413}, Row{"100000000", 413},
        Row{"100000005", 413}, Row{"7fffffffffffffff", 413}, Row{"8000000000000000", 413},
        Row{"ffffffffffffffff", 413}, Row{"FFFFFFFFFFFFFFFB", 413}, Row{"10000000000000000", 400},
        Row{"10000000000000005", 400}, Row{"ffffffffffffffffffffffffffffffff", 400}}) {
    INFO(row.digits);
    const auto line = string(row.digits) + "\r\n";
    CHECK(judged_chunks(line + "hello", small_chunks).status == row.status);
  }
  CHECK(judged_chunks("5\r\nhello\r\nffffffffffffffff\r\n", small_chunks).status == 413);
  CHECK(judged_chunks("5\r\nhello\r\nfffffffffffffffb\r\n", small_chunks).status == 413);
}

TEST_CASE("the sizes of all chunks together are limited") {
  const auto many = [](std::size_t chunks) {
    string text;
    for (std::size_t i = 0; i < chunks; ++i) text += "a;x\r\n0123456789\r\n";
    return text;
  };
  CHECK(judged_chunks(many(10) + "0\r\n\r\n", small_chunks).complete);
  const auto over = judged_chunks(many(10) + "1\r\nx", small_chunks);
  CHECK(over.status == 413);
  CHECK(over.decided_at == many(10).size() + 3);
  CHECK(judged_chunks(many(9) + "b\r\n", small_chunks).status == 413);
}

TEST_CASE("the data of a chunk is followed by CRLF") {
  for (const string end :
       {"XX", "\rX", "\n", "\n\n", "X\r\n", "\r\r\n", "0\r\n", " \r\n", "\n\r"}) {
    CHECK(judged_chunks("5\r\nhello" + end + "0\r\n\r\n").status == 400);
  }
  CHECK(judged_chunks("5\r\nhello\r").status == 0);
}

TEST_CASE("a control byte anywhere in the lines of a body in chunks is refused") {
  const auto text = chunk_bytes("5;a=\"b\"~hello~0;c~X: y~Empty:~~");
  for (int byte = 0; byte < 128; ++byte) {
    if (byte == '\t' || (byte >= 0x20 && byte != 0x7f)) continue;
    // Behind the last CR, LF ends the body.
    const auto end = text.size() - (byte == '\n' ? 1 : 0);
    for (std::size_t at = 0; at < end; ++at) {
      INFO("byte " << byte << " at " << at);
      auto broken = text;
      broken.insert(at, 1, static_cast<char>(byte));
      const auto status = arrived_chunks(broken, 1, 1, {}).status;
      const auto at_once = arrived_chunks(broken, broken.size(), 1, {}).status;
      if (status != 400 || at_once != 400) CHECK((status == 400 && at_once == 400));
    }
  }
}

TEST_CASE("bytes that can't be a chunk any more are refused before the line ends") {
  struct Row {
    string text;
    int status = 400;
  };
  for (const auto& [text, status] :
       {Row{"x"}, Row{"\r"}, Row{"\n"}, Row{"5\rX"}, Row{"5;a\x01"}, Row{"5;a=\"\r\r"},
        Row{"5\r\nhelloX"}, Row{"5\r\nhello\rX"}, Row{"0\rX"}, Row{"0\r\n\rX"}, Row{"0\r\nX: \x7f"},
        Row{"0\r\nX\n"}, Row{"0\r\n folded\r\n"}, Row{"0\r\nHost: h\r\n"}, Row{string(17, '0')},
        Row{"65\r\n", 413}}) {
    INFO(text);
    const auto verdict = judged_chunks(text + "aaaa", small_chunks);
    CHECK(verdict.status == status);
    CHECK(verdict.decided_at == text.size());
  }
}

TEST_CASE("extensions are limited for each line and for all lines together") {
  const RequestLimits roomy{100'000, 50, 40, 3, 4'000};
  const auto line = [](std::size_t bytes) { return "1;" + string(bytes - 1, 'a') + "\r\n"; };
  const auto status_of = [&](const string& text) {
    const auto status = arrived_chunks(text, 1, 1, roomy).status;
    CHECK(arrived_chunks(text, text.size(), 1, roomy).status == status);
    return status;
  };
  CHECK(status_of(line(1'024)) == 0);
  CHECK(status_of(line(1'041)) == 400);
  CHECK(status_of("1;" + string(1'041, 'a')) == 400);  // without an end
  const auto chunk = line(1'000) + "x\r\n";
  CHECK(status_of(chunk + chunk + chunk + chunk + "0\r\n\r\n") == 0);
  CHECK(status_of(chunk + chunk + chunk + chunk + "0;a\r\n\r\n") == 400);
}

TEST_CASE("a trailer is a field that does not decide on the message's handling") {
  for (const string trailer :
       {"Host: h", "content-length: 5", "Transfer-Encoding: chunked", "Trailer: x",
        "Content-Type: a/b", "CONTENT-ENCODING: gzip", "Expect: 100-continue", "Connection: close",
        " folded", "\tfolded", "X", "X : y", ": y", "X(: y", "X: y\x01", "\x80: y", "X y: z"}) {
    CHECK(judged_chunks("0\r\n" + trailer + "\r\n\r\n").status == 400);
    CHECK(judged_chunks("0\r\nX: y\r\n" + trailer + "\r\n\r\n").status == 400);
  }
}

TEST_CASE("white space behind the value of a trailer is moved in front of it") {
  ChunkValidator validator{RequestLimits{}};
  string last = "0\r\n";
  CHECK(validator.validate(last) == Validity::valid);
  string trailers = "X: y \t\r\nZ:  \r\n\r\n a \r\n";
  CHECK(validator.validate(trailers) == Validity::valid);
  CHECK(trailers == "X: \t y\r\nZ:  \r\n\r\n a \r\n");
}

TEST_CASE("trailers are limited in number and in bytes") {
  const auto status_of = [](std::string_view notation) {
    return judged_chunks(chunk_bytes(notation), small_chunks).status;
  };
  CHECK(status_of("0~A:~A:~A:~~") == 0);
  CHECK(status_of("0~A:~A:~A:~A:~~") == 431);
  CHECK(status_of("0~X: " + string(39, 'a') + "~~") == 0);
  CHECK(status_of("0~X: " + string(40, 'a') + "~~") == 431);
  CHECK(status_of("0~" + string(201, 'a')) == 431);  // without an end
}

TEST_CASE("trailers over the limit of a head are refused however they arrive") {
  const RequestLimits limits{100, 50, 1'000, 3, 200};
  const auto size = chunk_bytes("A: ~B: ~~").size();
  const auto trailers = [&](std::size_t bytes) {
    const string value(bytes - size - 90, 'b');
    return chunk_bytes("0~A: " + string(90, 'a') + "~B: " + value + "~~");
  };
  CHECK(judged_chunks(trailers(200), limits).complete);
  CHECK(judged_chunks(trailers(201), limits).status == 431);
  CHECK(judged_chunks(trailers(300), limits).status == 431);
}

}  // namespace
}  // namespace rollcall::http
