#include <string>

#include "http/wire/target.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

TEST_CASE("a target is matched as text") {
  struct Row {
    std::string_view target;
    Resource resource;
    std::string_view tail;
  };
  auto row =
      GENERATE(Row{"/", Resource::root, ""}, Row{"/?a=1", Resource::root, ""},
               Row{"/users", Resource::users, ""}, Row{"/users?limit=3", Resource::users, ""},
               Row{"/users/42", Resource::user, "42"}, Row{"/users/42?x", Resource::user, "42"},
               Row{"/users/%2042", Resource::user, "%2042"},
               Row{"/users/0x2a", Resource::user, "0x2a"}, Row{"/users/-1", Resource::user, "-1"},
               Row{"/users/4#2", Resource::user, "4#2"}, Row{"/problems", Resource::problems, ""},
               Row{"/problems/x", Resource::problem, "x"}, Row{"*", Resource::server, ""},
               Row{"/users/", Resource::unknown, ""}, Row{"/users/42/", Resource::unknown, ""},
               Row{"/users/42/x", Resource::unknown, ""}, Row{"//users", Resource::unknown, ""},
               Row{"/Users", Resource::unknown, ""}, Row{"/user", Resource::unknown, ""},
               Row{"/users42", Resource::unknown, ""}, Row{"/problems/", Resource::unknown, ""},
               Row{"", Resource::root, ""}, Row{"localhost:80", Resource::unknown, ""});
  INFO(row.target);
  CHECK(parse_target(row.target).resource == row.resource);
  CHECK(parse_target(row.target).tail == row.tail);
}

TEST_CASE("scheme and host of an absolute target are skipped") {
  CHECK(parse_target("http://localhost:8080/users/42?a=b").tail == "42");
  CHECK(parse_target("http://localhost:8080/users/42?a=b").query == "a=b");
  CHECK(parse_target("HTTPS://Example.Org/users").resource == Resource::users);
  CHECK(parse_target("http://localhost").resource == Resource::root);
  CHECK(parse_target("http://localhost?a=b").resource == Resource::root);
  CHECK(parse_target("http://localhost?a=b").query == "a=b");
  CHECK(path_of("http://localhost?a=b") == "/");
  CHECK(path_of("/users/42?a=b") == "/users/42");
}

TEST_CASE("a resource allows what Allow lists, and nothing else") {
  struct Name {
    Method method;
    std::string_view name;
  };
  for (auto resource : {Resource::unknown, Resource::server, Resource::root, Resource::users,
                        Resource::user, Resource::problems, Resource::problem}) {
    for (auto [method, name] :
         {Name{Method::get, "GET"}, Name{Method::head, "HEAD"}, Name{Method::post, "POST"},
          Name{Method::put, "PUT"}, Name{Method::patch, "PATCH"}, Name{Method::remove, "DELETE"},
          Name{Method::options, "OPTIONS"}}) {
      INFO(static_cast<int>(resource) << " " << name);
      bool listed = allowed_methods(resource).find(name) != std::string_view::npos;
      // For `*` the list has the methods of all resources, but only OPTIONS is allowed.
      if (resource == Resource::server) listed = method == Method::options;
      CHECK(allows(resource, method) == listed);
    }
  }
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
  CHECK(parse_page_query("after=7")->after == UserId::from(7));
  CHECK(parse_page_query("after=%37&limit=%32")->after == UserId::from(7));
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
  CHECK(parse_page_query("limit=&after=7") == PageQuery{UserId::from(7), 50});
  CHECK(parse_page_query("limit=7&after=") == PageQuery{std::nullopt, 7});
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
  const std::string unknown = "no such parameter; limit and after are allowed";
  CHECK(problem.fields == std::vector<InvalidField>{{"limit", "a number from 1 to 500 is allowed"},
                                                    {"after", "not a cursor that a page gave"},
                                                    {"foo", unknown},
                                                    {"%4=1", percent},
                                                    {"b", percent},
                                                    {"a b", unknown}});
}

TEST_CASE("a single wrong parameter is named by the detail too") {
  const auto problem = parse_page_query("limit=3&foo=1").error();
  CHECK(problem.detail == "foo: no such parameter; limit and after are allowed");
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
  CHECK(one.detail == cut + ": no such parameter; limit and after are allowed");
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
