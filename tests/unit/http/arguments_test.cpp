// What the head of a request says, by the table of endpoints.
#include <string>

#include "http/api/arguments.hpp"
#include "http/api/endpoints.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

tl::expected<Arguments, Refusal> arguments_of(std::string_view path, std::string_view query) {
  tests::MadeRequest request(Method::get, std::string(path));
  const auto [route, segment] = every_route().match(path);
  return parse_arguments(request.get(), *route->of(Method::get), segment, query,
                         [] { return Timestamp{}; });
}

std::optional<UserId> parse_user_id(const std::string& segment) {
  const auto arguments = arguments_of("/users/" + segment, "");
  if (!arguments) CHECK(arguments.error().problem.type == ProblemType::invalid_id);
  return arguments ? arguments->id : std::nullopt;
}

const ListPosition seventh{{}, 7};
constexpr std::string_view no_such_parameter =
    "no such parameter; ids, email, username, external_id, name, active, limit, after and before "
    "are allowed";

tl::expected<PageQuery, Problem> parse_page_query(std::string_view query) {
  const auto arguments = arguments_of("/users", query);
  if (!arguments) return tl::unexpected(arguments.error().problem);
  return arguments->page;
}

// Of a user, which has no parameters.
std::optional<Problem> refuse_query(std::string_view query) {
  const auto arguments = arguments_of("/users/1", query);
  return arguments ? std::nullopt : std::optional(arguments.error().problem);
}

TEST_CASE("percent-encoded digits are the same id, anything else encoded is none") {
  CHECK(parse_user_id("42") == UserId::from(42));
  CHECK(parse_user_id("%34%32") == UserId::from(42));
  CHECK(parse_user_id("4%32") == UserId::from(42));
  for (auto tail : {"%2042", "42%20", "%34%00", "%D9%A4", "%", "%4", "%zz", "4%", "%30", "+42"}) {
    INFO(tail);
    CHECK_FALSE(parse_user_id(tail));
  }
}

TEST_CASE("a page has 50 users unless the query says otherwise") {
  CHECK(parse_page_query("")->limit == 50);
  CHECK_FALSE(parse_page_query("")->after);
  CHECK(parse_page_query("limit=1")->limit == 1);
  CHECK(parse_page_query("limit=500&after=7")->limit == 500);
  CHECK(parse_page_query("after=7")->after == seventh);
  CHECK(parse_page_query("after=%37&limit=%32")->after == seventh);
  CHECK(parse_page_query("&limit=3&")->limit == 3);
}

TEST_CASE("a wrong query parameter is named") {
  struct Row {
    std::string_view query;
    std::string_view name;
  };
  auto row =
      GENERATE(Row{"limit=0", "limit"}, Row{"limit=501", "limit"}, Row{"limit=-1", "limit"},
               Row{"limit=%20", "limit"}, Row{"limit=+", "limit"}, Row{"limit=5x", "limit"},
               Row{"limit=05", "limit"}, Row{"limit=+5", "limit"}, Row{"limit=1e2", "limit"},
               Row{"limit=99999999999999999999", "limit"}, Row{"limit=1&limit=1", "limit"},
               Row{"after=0", "after"}, Row{"after=abc", "after"}, Row{"foo=", "foo"},
               Row{"after=1&after=2", "after"}, Row{"after=9223372036854775808", "after"},
               Row{"offset=3", "offset"}, Row{"limit=3&page=1", "page"}, Row{"Limit=3", "Limit"},
               Row{"limit=%zz", "limit"}, Row{"limit=%3", "limit"}, Row{"%4=1", "%4=1"});
  INFO(row.query);
  auto parsed = parse_page_query(row.query);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().type == ProblemType::invalid_parameter);
  CHECK(parsed.error().detail.find(row.name) != std::string::npos);
}

TEST_CASE("an empty parameter is the same as none") {
  for (const auto* query : {"after=", "limit=&after=", "limit", "after", "after&limit="}) {
    INFO(query);
    CHECK(parse_page_query(query) == PageQuery{});
  }
  CHECK(parse_page_query("limit=&after=7") == PageQuery{.after = seventh});
  CHECK(parse_page_query("limit=7&after=") == PageQuery{.limit = 7});
}

TEST_CASE("a parameter given twice is refused, also where one is empty or they are equal") {
  for (const auto* query : {"after=&after=", "after=&after=7", "after=7&after=", "after&after=7",
                            "after=7&after=7", "after=&limit=5&after=", "after=1&after=&after=2"}) {
    INFO(query);
    const auto problem = parse_page_query(query).error();
    CHECK(problem.detail == "after: given twice");
    CHECK(problem.fields == std::vector<InvalidField>{{"after", "given twice"}});
  }
  CHECK(parse_page_query("limit=&limit=5").error().detail == "limit: given twice");
}

TEST_CASE("all wrong parameters are named at once, each once") {
  const auto problem =
      parse_page_query("limit=0&after=x&foo=1&%4=1&b=%zz&foo=2&limit=5&a%20b").error();
  CHECK(problem.type == ProblemType::invalid_parameter);
  CHECK(problem.detail == "6 parameters are wrong");
  const std::string percent = "a percent sign is followed by two hexadecimal digits";
  const auto unknown = std::string(no_such_parameter);
  CHECK(problem.fields ==
        std::vector<InvalidField>{{"limit", "a number from 1 to 500 is allowed"},
                                  {"after", "not a cursor that a page of this list gave"},
                                  {"foo", unknown},
                                  {"%4=1", percent},
                                  {"b", percent},
                                  {"a b", unknown}});
}

TEST_CASE("a single wrong parameter is named by the detail too") {
  const auto problem = parse_page_query("limit=3&foo=1").error();
  CHECK(problem.detail == "foo: " + std::string(no_such_parameter));
  CHECK(problem.fields.size() == 1);
}

TEST_CASE("of many wrong parameters 32 are named, and long names are cut") {
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "&" + std::to_string(i);
  for (const auto& problem : {parse_page_query(many).error(), refuse_query(many).value()}) {
    CHECK(problem.detail == "1000 parameters are wrong; the first 32 are named");
    REQUIRE(problem.fields.size() == 32);
    CHECK(problem.fields.back().place == "31");
  }
  const std::string cut = std::string(100, 'a') + "\u2026";
  const auto one = parse_page_query(std::string(8'000, 'a') + "=1").error();
  CHECK(one.fields.at(0).place == cut);
  CHECK(one.detail == cut + ": " + std::string(no_such_parameter));
  CHECK(refuse_query(std::string(8'000, 'a')).value().fields.at(0).place == cut);
  // No UTF-8: cut somewhere near.
  std::string encoded;
  for (int i = 0; i < 200; ++i) encoded += "%80";
  CHECK(parse_page_query(encoded).error().fields.at(0).place == std::string(97, '\x80') + "\u2026");
}

TEST_CASE("a route without parameters refuses all by name") {
  CHECK_FALSE(refuse_query(""));
  CHECK_FALSE(refuse_query("&"));
  auto error = refuse_query("verbose=1&x");
  REQUIRE(error);
  CHECK(error->type == ProblemType::invalid_parameter);
  CHECK(error->detail == "2 parameters are wrong");
  CHECK(error->fields.at(0).place == "verbose");
  CHECK(error->fields.at(1).place == "x");
  CHECK(refuse_query("verbose=")->detail == "verbose: no such parameter; none is allowed here");
}

}  // namespace
}  // namespace rollcall::http
