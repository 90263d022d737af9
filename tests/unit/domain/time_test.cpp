#include "domain/user.hpp"
#include "tests/support/catch.hpp"

using rollcall::from_rfc3339;
using rollcall::Timestamp;
using rollcall::to_rfc3339;
using std::chrono::milliseconds;

TEST_CASE("a time is written in UTC with milliseconds") {
  CHECK(to_rfc3339(Timestamp{milliseconds{0}}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(Timestamp{milliseconds{1'795'330'020'123}}) == "2026-11-22T06:47:00.123Z");
  CHECK(to_rfc3339(Timestamp{milliseconds{1'709'164'799'999}}) == "2024-02-28T23:59:59.999Z");
}

TEST_CASE("a time that was written is read back exactly") {
  const auto at = Timestamp{
      milliseconds{GENERATE(as<std::int64_t>{}, 0, 1, 1'795'330'020'123, 253'402'300'799'999)}};
  REQUIRE(from_rfc3339(to_rfc3339(at)));
  CHECK(*from_rfc3339(to_rfc3339(at)) == at);
}

TEST_CASE("a time in any other form, or that does not exist, is refused") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "2026-11-22", "2026-11-22T06:47:00Z",
               "2026-11-22 06:47:00.123Z", "2026-11-22T06:47:00.123z", "2026-11-22T06:47:00.123+",
               "2026-02-30T06:47:00.123Z", "2026-13-01T06:47:00.123Z", "2026-00-01T06:47:00.123Z",
               "2026-11-22T24:00:00.000Z", "2026-11-22T06:60:00.000Z", "2026-11-22T06:47:60.000Z",
               "1969-12-31T23:59:59.999Z", "2026-11-22T06:47:0x.123Z", "2026-11-22T06:47:00.-12Z");
  INFO(text);
  CHECK_FALSE(from_rfc3339(text));
}
