#include "app/logging.hpp"

#include <string>

#include <spdlog/details/log_msg.h>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

namespace {

std::string formatted(spdlog::formatter& formatter, const std::string& text) {
  const std::chrono::system_clock::time_point time{std::chrono::milliseconds{1'795'330'020'123}};
  const spdlog::details::log_msg message{time, spdlog::source_loc{}, "rollcall",
                                         spdlog::level::warn, text};
  spdlog::memory_buf_t out;
  formatter.format(message, out);
  return {out.data(), out.size()};
}

}  // namespace

TEST_CASE("a JSON log line is one object, whatever the message holds") {
  const std::string text = GENERATE(as<std::string>{}, "plain", "\"quoted\" \\ \n\r\t\x01\x1b[31m",
                                    std::string{"a\0b", 3}, "j\u00F6rg \U0001F600");
  const std::string line = formatted(*rollcall::app::json_formatter(), text);
  REQUIRE(line.find('\n') == line.size() - 1);
  const auto object = nlohmann::json::parse(line);
  CHECK(object["message"] == text);
  CHECK(object["level"] == "warning");
  CHECK(object["time"] == "2026-11-22T06:47:00.123Z");
  CHECK(object.contains("thread"));
}

TEST_CASE("a JSON log line stays valid where the message is not UTF-8") {
  const std::string line = formatted(*rollcall::app::json_formatter(), "a\xFFz");
  CHECK(nlohmann::json::parse(line)["message"] == "a\uFFFDz");
}

TEST_CASE("a text log line can't be forged by its message") {
  CHECK(formatted(*rollcall::app::text_formatter(), "user\n2026 info fine\x1b[2J") ==
        "2026-11-22T06:47:00.123Z warning user\\x0a2026 info fine\\x1b[2J\n");
}
