#include <string>
#include <vector>

#include "http/wire/etag.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using tests::MadeRequest;

tl::expected<Precondition, Problem> precondition_of(MadeRequest& request) {
  return parse_precondition(request.get(), [] { return Timestamp{std::chrono::years{56}}; });
}

tl::expected<Precondition, Problem> parsed(std::string name, std::string value) {
  MadeRequest request(Method::get, "/users/1");
  request.with(std::move(name), std::move(value));
  return precondition_of(request);
}

TEST_CASE("a user's tag is its version in quotes") {
  CHECK(etag_of(1) == "\"1\"");
  CHECK(etag_of(123) == "\"123\"");
}

TEST_CASE("a request without conditions has no precondition") {
  MadeRequest request(Method::get, "/users/1");
  auto precondition = precondition_of(request);
  REQUIRE(precondition);
  CHECK_FALSE(precondition->if_match);
  CHECK_FALSE(precondition->if_none_match);
}

TEST_CASE("If-Match holds for the versions of its list") {
  auto precondition = parsed("if-match", " \"3\" ,, \"5\",");
  REQUIRE(precondition);
  CHECK(precondition->if_match->contains(3));
  CHECK(precondition->if_match->contains(5));
  CHECK_FALSE(precondition->if_match->contains(4));
  CHECK_FALSE(precondition->if_match->any);
}

TEST_CASE("several lines of a condition are one list") {
  MadeRequest request(Method::put, "/users/1");
  request.with("If-Match", "\"1\"").with("If-Match", "\"2\"");
  auto precondition = precondition_of(request);
  REQUIRE(precondition);
  CHECK(precondition->if_match->contains(1));
  CHECK(precondition->if_match->contains(2));
}

TEST_CASE("a line without a tag is passed over where another line has one") {
  const std::string empty = GENERATE("", " ", ", ,");
  const bool before = GENERATE(true, false);
  MadeRequest request(Method::put, "/users/1");
  if (before) request.with("If-Match", empty);
  request.with("If-Match", "\"1\"");
  if (!before) request.with("If-Match", empty);
  const auto precondition = precondition_of(request);
  REQUIRE(precondition);
  CHECK(precondition->if_match->versions == std::vector<std::int64_t>{1});
}

TEST_CASE("a list without a tag, of one line or several, is a condition that matches nothing") {
  const std::string name = GENERATE("If-Match", "If-None-Match");
  MadeRequest request(Method::put, "/users/1");
  request.with(name, GENERATE(as<std::string>{}, "", " ", ",", ", ,"));
  if (GENERATE(false, true)) request.with(name, " ,");
  const auto precondition = precondition_of(request);
  REQUIRE(precondition);
  const auto& set = name == "If-Match" ? precondition->if_match : precondition->if_none_match;
  REQUIRE(set);
  CHECK(set->versions.empty());
  CHECK_FALSE(set->any);
  CHECK(precondition->holds(3, {}) == (name == "If-None-Match"));
}

TEST_CASE("an asterisk stands alone, also beside an empty line") {
  MadeRequest request(Method::put, "/users/1");
  request.with("If-Match", "*").with("If-Match", GENERATE("", "*", "\"1\""));
  CHECK_FALSE(precondition_of(request));
}

TEST_CASE("an asterisk matches every version") {
  CHECK(parsed("If-Match", "*")->if_match->contains(9));
  CHECK(parsed("If-None-Match", " * ")->if_none_match->contains(9));
}

TEST_CASE("a weak tag matches in If-None-Match and never in If-Match") {
  CHECK(parsed("If-None-Match", "W/\"3\"")->if_none_match->contains(3));
  CHECK_FALSE(parsed("If-Match", "W/\"3\"")->if_match->contains(3));
}

TEST_CASE("a tag that is none of ours matches nothing") {
  std::string tag = GENERATE("\"\"", "\"abc\"", "\"03\"", "\"+3\"", "\"3 \"", "\"-3\"", "\"0\"",
                             "\"99999999999999999999\"", "\"3.0\"", "\"\xc3\xa5\"");
  if (tag == "\"3 \"") {  // a space is no character of a tag
    CHECK_FALSE(parsed("If-Match", tag));
    return;
  }
  INFO(tag);
  auto precondition = parsed("If-Match", tag);
  REQUIRE(precondition);
  REQUIRE(precondition->if_match);
  CHECK_FALSE(precondition->if_match->contains(3));
  CHECK(precondition->if_match->versions.empty());
}

TEST_CASE("a malformed condition is an invalid parameter that is named") {
  std::string value = GENERATE("3", "\"3", "3\"", "\"3\" \"4\"", "w/\"3\"", "W/3", "*, \"3\"",
                               "\"3\", *", "\"3\";x", "'3'");
  std::string name = GENERATE("If-Match", "If-None-Match");
  INFO(name << ": " << value);
  auto precondition = parsed(name, value);
  REQUIRE_FALSE(precondition);
  CHECK(precondition.error().type == ProblemType::invalid_parameter);
  CHECK(precondition.error().detail.find(name) == 0);
}

constexpr SinceDate rfc_date{std::chrono::sys_seconds{std::chrono::seconds{784'111'777}}};
constexpr const char* since_text = "Sun, 06 Nov 1994 08:49:37 GMT";

bool has_date(const std::optional<SinceDate>& date) {
  return date && date->second == rfc_date.second;
}

TEST_CASE("the dates of a read are its conditions, in each form") {
  const std::string text =
      GENERATE(as<std::string>{}, since_text, " Sunday, 06-Nov-94 08:49:37 GMT\t",
               "Sun Nov  6 08:49:37 1994");
  MadeRequest request(GENERATE(Method::get, Method::head), "/users/1");
  request.with("if-modified-since", text).with("If-Unmodified-Since", text);
  const auto precondition = precondition_of(request);
  REQUIRE(precondition);
  CHECK(has_date(precondition->if_modified_since));
  CHECK(has_date(precondition->if_unmodified_since));
}

TEST_CASE("If-Modified-Since is ignored for other methods than GET and HEAD") {
  MadeRequest request(GENERATE(Method::put, Method::patch, Method::remove, Method::post),
                      "/users/1");
  request.with("If-Modified-Since", since_text).with("If-Unmodified-Since", since_text);
  const auto precondition = precondition_of(request);
  REQUIRE(precondition);
  CHECK_FALSE(precondition->if_modified_since);
  CHECK(has_date(precondition->if_unmodified_since));
}

TEST_CASE("a date is ignored beside the tags that are more exact") {
  MadeRequest request(Method::get, "/users/1");
  request.with("If-Modified-Since", since_text).with("If-Unmodified-Since", since_text);
  const bool match = GENERATE(true, false);
  request.with(match ? "If-Match" : "If-None-Match", GENERATE("\"1\"", "*", "\"none-of-ours\""));
  const auto precondition = precondition_of(request);
  REQUIRE(precondition);
  CHECK(has_date(precondition->if_unmodified_since) == !match);
  CHECK(has_date(precondition->if_modified_since) == match);
}

TEST_CASE("a condition that is no date, or several, is ignored") {
  MadeRequest request(Method::get, "/users/1");
  const std::string name = GENERATE("If-Modified-Since", "If-Unmodified-Since");
  const std::string text =
      GENERATE("", "yesterday", "\"1\"", "Sun, 31 Nov 1994 08:49:37 GMT", "twice");
  if (text == "twice") {
    request.with(name, since_text).with(name, since_text);
  } else {
    request.with(name, text);
  }
  const auto precondition = precondition_of(request);
  REQUIRE(precondition);
  CHECK_FALSE(precondition->if_modified_since);
  CHECK_FALSE(precondition->if_unmodified_since);
}

}  // namespace
}  // namespace rollcall::http
