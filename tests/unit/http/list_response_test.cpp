#include "http/api/list_response.hpp"

#include <nlohmann/json.hpp>

#include "http/wire/etag.hpp"
#include "http/wire/percent.hpp"
#include "tests/support/actors/users.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

UserPage users(const std::vector<std::int64_t>& ids, bool more) {
  UserPage page{{}, more};
  for (const auto id : ids) page.users.push_back(tests::make_user(id, 1));
  return page;
}

std::string key_of(std::int64_t id) { return tests::make_user(id, 1)->name.key(); }

PageQuery after(std::int64_t id) { return {.after = ListPosition{{}, id}, .limit = 2}; }
PageQuery before(std::int64_t id) { return {.before = ListPosition{{}, id}, .limit = 2}; }

Response answer(const UserPage& found, const ListQuery& list) {
  return list_response(found, {list}, {}).value();
}

// "next prev", as the body has them; checks that Link agrees.
std::string links(const UserPage& found, const ListQuery& list) {
  const auto response = answer(found, list);
  const auto body = nlohmann::json::parse(response.body);
  std::string link;
  std::string both;
  for (const auto* relation : {"next", "prev"}) {
    const auto target = body.at(relation);
    both += (both.empty() ? "" : " ") + (target.is_null() ? "-" : target.get<std::string>());
    if (target.is_null()) continue;
    link += link.empty() ? "<" : ", <";
    link += target.get<std::string>() + ">; rel=\"" + relation + "\"";
  }
  CHECK((response.fields.find("Link: ") == std::string::npos) == link.empty());
  CHECK(response.fields.find(link) != std::string::npos);
  return both;
}

TEST_CASE("a page leads to the one behind it, and to the one before it") {
  CHECK(links(users({1, 2}, true), PageQuery{.limit = 2}) == "/users?limit=2&after=2 -");
  CHECK(links(users({3, 4}, true), after(2)) == "/users?limit=2&after=4 /users?limit=2&before=3");
  CHECK(links(users({5}, false), after(4)) == "- /users?limit=2&before=5");
  CHECK(links(users({3, 4}, true), before(5)) == "/users?limit=2&after=4 /users?limit=2&before=3");
  CHECK(links(users({1, 2}, false), before(3)) == "/users?limit=2&after=2 -");
}

TEST_CASE("the links of a page begin with the URL by which clients reach the server") {
  constexpr Links public_url("https://users.example/api");
  const auto page = list_response(users({2, 3}, true), {after(1)}, public_url).value();
  const std::string next = "https://users.example/api/users?limit=2&after=3";
  const std::string prev = "https://users.example/api/users?limit=2&before=2";
  CHECK(nlohmann::json::parse(page.body)["next"] == next);
  CHECK(nlohmann::json::parse(page.body)["prev"] == prev);
  CHECK(page.fields.find("Link: <" + next + ">; rel=\"next\", <" + prev + ">; rel=\"prev\"\r\n") !=
        std::string::npos);
}

TEST_CASE("an empty page leads back to where it came from") {
  CHECK(links({}, PageQuery{}) == "- -");
  CHECK(links({}, after(4)) == "- /users?limit=2&before=5");
  CHECK(links({}, before(4)) == "/users?limit=2&after=3 -");
  CHECK(links({}, before(1)) == "/users?limit=2 -");
  CHECK(links({}, after(std::numeric_limits<std::int64_t>::max())) == "- -");
}

TEST_CASE("a page of a filter leads to pages of this filter") {
  auto asked = after(1);
  asked.filter = {.active = true};
  CHECK(links(users({2}, false), asked) == "- /users?active=true&limit=2&before=2");
  asked.filter = {.active = false, .name = *NamePrefix::parse("Ü &")};
  asked.after->name_key = "u";
  const auto position = "2%3A" + percent_encoded(key_of(2));
  const std::string filter = "/users?name=%C3%9C%20%26&active=false&limit=2";
  CHECK(links(users({2}, true), asked) ==
        filter + "&after=" + position + " " + filter + "&before=" + position);
}

TEST_CASE("users that were asked for by id are in the order asked, and the missing ones named") {
  const UserIds asked{tests::id(9), tests::id(2), tests::id(5), tests::id(1)};
  const auto body = nlohmann::ordered_json::parse(answer(users({1, 2}, false), asked).body);
  CHECK(body.size() == 2);
  CHECK(body["missing"].dump() == "[9,5]");
  CHECK(body["users"][0]["id"] == 2);
  CHECK(body["users"][1]["id"] == 1);
  CHECK(answer({}, UserIds{tests::id(9)}).body == R"({"users":[],"missing":[9]})");
}

TEST_CASE("the user of a key is a list of one, or of none") {
  CHECK(answer({}, UserKey{}).body == R"({"users":[],"next":null,"prev":null})");
  CHECK(nlohmann::json::parse(answer(users({4}, false), UserKey{}).body)["users"][0]["id"] == 4);
}

TEST_CASE("a total is told where it is known") {
  const auto response = list_response({}, {PageQuery{}}, {}, 0).value();
  CHECK(response.body == R"({"users":[],"next":null,"prev":null,"total":0})");
}

std::int64_t tag_of(const UserPage& found, const ListQuery& list) {
  const auto missed = list_response(found, {list, {.if_match = VersionSet{}}}, {});
  return missed.error().version.value();
}

TEST_CASE("the tag of a list tells whether the client has it") {
  const auto page = users({1, 2}, true);
  const auto tag = tag_of(page, after(0));
  CHECK(answer(page, after(0)).fields.find("ETag: " + etag_of(tag) + "\r\n") != std::string::npos);
  const Precondition same{.if_none_match = VersionSet{.versions = {7, tag}}};
  CHECK(list_response(page, {after(0), same}, {})->status == 304);
  CHECK(list_response(users({1}, true), {after(0), same}, {})->status == 200);
  CHECK(list_response(users({1, 2}, false), {after(0), same}, {})->status == 200);  // without next
  const Precondition known{.if_match = VersionSet{.versions = {tag}}};
  CHECK(list_response(page, {after(0), known}, {})->status == 200);
}

}  // namespace
}  // namespace rollcall::http
