// What the query of GET /users asks for.
#include "http/api/list_arguments.hpp"

#include "http/api/arguments.hpp"
#include "http/api/endpoints.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

tl::expected<ListQuery, Problem> list_asked_by(std::string_view query) {
  const auto [route, segment] = every_route().match("/users");
  tests::MadeRequest request(Method::get, "/users");
  auto arguments = parse_arguments(request.get(), *route->of(Method::get), segment, query,
                                   [] { return Timestamp{}; });
  if (!arguments) return tl::unexpected(arguments.error().problem);
  return list_of(std::move(*arguments)).map([](ReadList&& read) { return std::move(read.list); });
}

std::string wrong_in(std::string_view query) {
  const auto list = list_asked_by(query);
  if (list) return "nothing";
  CHECK(list.error().type == ProblemType::invalid_parameter);
  std::string names;
  for (const auto& fault : list.error().fields) names += (names.empty() ? "" : " ") + fault.place;
  return names;
}

UserIds ids(const std::vector<std::int64_t>& numbers) {
  UserIds ids;
  for (const auto number : numbers) ids.push_back(*UserId::from(number));
  return ids;
}

TEST_CASE("ids are asked for in their order, each once") {
  CHECK(list_asked_by("ids=3,1,2") == ListQuery(ids({3, 1, 2})));
  CHECK(list_asked_by("ids=3%2C1,3") == ListQuery(ids({3, 1})));
  CHECK(list_asked_by("ids=9223372036854775807") == ListQuery(ids({9223372036854775807})));
}

TEST_CASE("1,000 ids are allowed, and no more") {
  std::string query = "ids=1";
  for (int i = 2; i <= 1'000; ++i) query += "," + std::to_string(i);
  CHECK(std::get<UserIds>(*list_asked_by(query)).size() == 1'000);
  CHECK(wrong_in(query + ",1") == "nothing");
  CHECK(wrong_in(query + ",1001") == "ids");
}

TEST_CASE("a wrong id is named") {
  for (const auto* query : {"ids=1,,2", "ids=,", "ids=1,", "ids=0", "ids=01", "ids=1,x", "ids=-1",
                            "ids=1%202", "ids=9223372036854775808", "ids=1;2"}) {
    INFO(query);
    CHECK(wrong_in(query) == "ids");
  }
  CHECK(list_asked_by("ids=1,x2,y").error().fields[0].detail.find("\"x2\"") != std::string::npos);
}

TEST_CASE("a key is compared as its unique constraint compares it") {
  using Field = UserKey::Field;
  CHECK(list_asked_by("email=Ada@Example.org") ==
        ListQuery(UserKey{Field::email, "ada@example.org"}));
  CHECK(list_asked_by("email=a%2Bb@x.org") == ListQuery(UserKey{Field::email, "a+b@x.org"}));
  CHECK(list_asked_by("username=Ada") == ListQuery(UserKey{Field::username, "ada"}));
  CHECK(list_asked_by("external_id=A7%20b") == ListQuery(UserKey{Field::external_id, "A7 b"}));
}

TEST_CASE("a value that no user can have is refused") {
  CHECK(wrong_in("email=ada") == "email");
  CHECK(wrong_in("username=a%20b") == "username");
  CHECK(wrong_in("external_id=%00") == "external_id");
  CHECK(wrong_in("name=%0A") == "name");
  CHECK(wrong_in("active=1") == "active");
  CHECK(wrong_in("active=True&email=x&limit=0") == "active email limit");
}

TEST_CASE("ids and keys stand alone") {
  for (const auto* query : {"ids=1&limit=2", "limit=2&ids=1", "email=a@b&active=true",
                            "email=a@b&username=a", "name=a&external_id=b", "ids=1&after=2"}) {
    INFO(query);
    const std::string text = query;
    const auto second = text.substr(text.find('&') + 1);
    CHECK(wrong_in(query) == second.substr(0, second.find('=')));
  }
  CHECK(wrong_in("ids=1&limit=&after=") == "nothing");
}

TEST_CASE("a page may be of names, of active users, and in front of a position") {
  const PageQuery page{.before = ListPosition{"adam smith", 7},
                       .limit = 3,
                       .filter = {.active = false, .name = *NamePrefix::parse("Ad")}};
  CHECK(list_asked_by("name=Ad&active=false&limit=3&before=7%3Aadam+smith") == ListQuery(page));
  CHECK(list_asked_by("before=7") == ListQuery(PageQuery{.before = ListPosition{{}, 7}}));
}

TEST_CASE("a position of a list in another order is refused, and one beside another") {
  CHECK(wrong_in("name=a&after=7") == "after");
  CHECK(wrong_in("after=7:ada") == "after");
  CHECK(wrong_in("before=7:ada") == "before");
  CHECK(wrong_in("name=a&before=7") == "before");
  CHECK(wrong_in("name=a&after=7:") == "after");
  CHECK(wrong_in("name=a&after=7:Ada") == "after");  // no key has an upper-case letter
  CHECK(wrong_in("name=a&after=x:ada") == "after");
  CHECK(wrong_in("after=1&before=7") == "before");
  CHECK(wrong_in("before=7&after=1") == "after");
}

}  // namespace
}  // namespace rollcall::http
