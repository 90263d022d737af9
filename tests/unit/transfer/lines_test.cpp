#include "transfer/readers/lines.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/unit/text_file.hpp"

using rollcall::app::LineSource;
using rollcall::app::max_line_bytes;
using rollcall::tests::TextFile;

namespace {

/// Each line as "number:text", or as "number!" where it is too long.
std::vector<std::string> lines_of(const std::string& text) {
  const TextFile file{text};
  LineSource lines{file.descriptor()};
  std::vector<std::string> all;
  while (true) {
    const auto line = lines.next();
    REQUIRE(line);
    if (!*line) return all;
    all.push_back(std::to_string((*line)->number) +
                  ((*line)->too_long ? "!" : ":" + std::string{(*line)->text}));
  }
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("an empty file has no lines") { CHECK(lines_of("").empty()); }

TEST_CASE("lines are numbered from 1, empty ones too") {
  CHECK(lines_of("a\n\nb\n") == Lines{"1:a", "2:", "3:b"});
}

TEST_CASE("the last line needs no end") { CHECK(lines_of("a\nb") == Lines{"1:a", "2:b"}); }

TEST_CASE("a carriage return before the line's end is no part of the line") {
  CHECK(lines_of("a\r\nb\r\n") == Lines{"1:a", "2:b"});
  CHECK(lines_of("a\rb\n") == Lines{"1:a\rb"});
}

TEST_CASE("a byte order mark is dropped from the first line only") {
  CHECK(lines_of("\xEF\xBB\xBF"
                 "a\n\xEF\xBB\xBF"
                 "b\n") == Lines{"1:a",
                                 "2:\xEF\xBB\xBF"
                                 "b"});
}

TEST_CASE("a line of exactly the limit is read, however it ends") {
  const std::string longest(max_line_bytes, 'x');
  CHECK(lines_of(longest) == Lines{"1:" + longest});
  CHECK(lines_of("\xEF\xBB\xBF" + longest + "\r\nb") == Lines{"1:" + longest, "2:b"});
}

TEST_CASE("a line over the limit is reported, and the next one is read") {
  CHECK(lines_of(std::string(max_line_bytes + 1, 'x') + "\nb\n") == Lines{"1!", "2:b"});
  CHECK(lines_of(std::string(10 * max_line_bytes, 'x') + "\nb\n") == Lines{"1!", "2:b"});
  CHECK(lines_of("a\n" + std::string(3 * max_line_bytes, 'x')) == Lines{"1:a", "2!"});
}

TEST_CASE("lines that cross the reader's chunks stay whole") {
  std::string text;
  Lines expected;
  for (int i = 1; i <= 5'000; ++i) {
    const std::string line(static_cast<std::size_t>(i % 97), static_cast<char>('a' + i % 26));
    text += line + "\n";
    expected.push_back(std::to_string(i) + ":" + line);
  }
  CHECK(lines_of(text) == expected);
}

TEST_CASE("what can't be read is an error with the reason") {
  const int folder = open("/tmp", O_RDONLY | O_DIRECTORY);
  REQUIRE(folder >= 0);
  LineSource lines{folder};
  const auto line = lines.next();
  close(folder);
  REQUIRE_FALSE(line);
  CHECK(line.error() == "cannot be read: Is a directory");
}
