#include "http/api/pages.hpp"

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "http/api/arguments.hpp"
#include "http/api/endpoints.hpp"
#include "http/api/openapi.hpp"
#include "http/api/user_body.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"
#include "tests/support/places.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/text.hpp"
#include "web/docs.hpp"
#include "web/html.hpp"
#include "web/landing.hpp"

namespace rollcall::http {
namespace {

using Json = nlohmann::ordered_json;
using tests::contains;

tl::expected<Response, Problem> answer_to(tests::MadeRequest& request) {
  const auto target = std::string(request.get().target);
  const auto [route, segment] = every_route().match(target);
  const auto& endpoint = *route->of(Method::get);
  auto arguments =
      parse_arguments(request.get(), endpoint, segment, {}, [] { return Timestamp{}; });
  return endpoint.handle(request.get(), std::move(arguments.value())).map([](Outcome&& outcome) {
    return std::get<Response>(std::move(outcome));
  });
}

tl::expected<Response, Problem> answer_at(const std::string& path, const std::string& accept) {
  tests::MadeRequest request(Method::get, path);
  request.with("Accept", accept);
  return answer_to(request);
}

std::string page_at(const std::string& path) {
  return answer_at(path, "text/html").value().content();
}

std::string landing_at(const std::string& host) {
  tests::MadeRequest request(Method::get, "/");
  request.without_fields().with("Host", host).with("Accept", "text/html");
  return answer_to(request).value().content();
}

std::vector<std::string> every_page() {
  std::vector<std::string> paths{"/", "/docs", "/problems"};
  for (const auto type : every_problem_type) {
    paths.push_back("/problems/" + std::string(describe(type).slug));
  }
  return paths;
}

std::set<std::string> links_of(const std::string& page) {
  static const std::regex attribute("(?:href|src)=\"([^\"]*)\"");
  std::set<std::string> links;
  for (std::sregex_iterator at(page.begin(), page.end(), attribute), end; at != end; ++at) {
    if (!(*at)[1].str().starts_with("data:")) links.insert((*at)[1]);
  }
  return links;
}

// The path to which a relative link leads from a page (RFC 3986 5.2), without query and fragment.
std::string followed(const std::string& from, std::string link) {
  link = link.substr(0, link.find_first_of("?#"));
  if (link.empty()) return from;
  auto folder = from.substr(0, from.rfind('/') + 1);
  if (link.starts_with("./")) link.erase(0, 2);
  if (link.starts_with("../")) {
    link.erase(0, 3);
    folder = folder.substr(0, folder.rfind('/', folder.size() - 2) + 1);
  }
  return folder + link;
}

TEST_CASE("each problem's type leads to a page that explains it, and to the same as JSON") {
  const auto index = page_at("/problems");
  const auto listed = Json::parse(answer_at("/problems", "*/*")->body)["problems"];
  REQUIRE(listed.size() == every_problem_type.size());
  for (auto type : every_problem_type) {
    const auto kind = describe(type);
    const auto path = "/problems/" + std::string(kind.slug);
    INFO(path);
    const auto page = page_at(path);
    CHECK(contains(page, web::Html(kind.title).str()));
    CHECK(contains(page, web::prose(kind.when).str()));
    CHECK(contains(index, path.substr(1)));
    const auto json = Json::parse(answer_at(path, "application/json")->body);
    CHECK(json == Json{{"type", path},
                       {"title", kind.title},
                       {"status", kind.status},
                       {"slug", kind.slug},
                       {"when", kind.when}});
    CHECK(json == listed[static_cast<std::size_t>(type)]);
  }
  CHECK(answer_at("/problems/no-such-problem", "*/*").error().type == ProblemType::not_found);
}

TEST_CASE("every link of a page is relative, and leads to something that is served") {
  for (const auto& path : every_page()) {
    const auto page = page_at(path);
    CHECK(links_of(page).size() >= 4);
    for (const auto& link : links_of(page)) {
      INFO(path << ": " << link);
      CHECK_FALSE(link.starts_with("/"));
      CHECK_FALSE(contains(link, ":"));
      const auto target = followed(path, link);
      const auto* route = every_route().match(target).route;
      REQUIRE(route != nullptr);
      CHECK(route->of(Method::get) != nullptr);
      const auto hash = link.find('#');
      if (hash == std::string::npos) continue;
      CHECK(contains(page_at(target), "id=\"" + link.substr(hash + 1) + "\""));
    }
  }
}

TEST_CASE("a page loads nothing from elsewhere, and has neither scripts nor styles in it") {
  for (const auto& path : every_page()) {
    INFO(path);
    const auto page = page_at(path);
    CHECK_FALSE(contains(page, "<style"));
    CHECK_FALSE(contains(page, "style=\""));
    CHECK_FALSE(std::regex_search(page, std::regex("<script(?! src=\"docs.js)")));
    CHECK_FALSE(std::regex_search(page, std::regex(" on[a-z]+=")));
  }
  CHECK_FALSE(contains(page_at("/style.css"), "url("));
  CHECK_FALSE(contains(page_at("/style.css"), "@import"));
}

TEST_CASE("the style and the script are served as they stand in the source") {
  CHECK(page_at("/style.css") == tests::read_file(tests::source_path("web/style.css")));
  CHECK(page_at("/docs.js") == tests::read_file(tests::source_path("web/docs.js")));
}

TEST_CASE("/docs has every endpoint with its parameters, answers, problems and a form") {
  const auto page = page_at("/docs");
  const auto any = page.substr(page.find("<section id=\"any-request\""));
  for (const auto& endpoint : every_endpoint()) {
    const auto name = std::string(endpoint.operation);
    INFO(name);
    const auto begin = page.find("<section id=\"" + name + "\"");
    REQUIRE(begin != std::string::npos);
    const auto section = page.substr(begin, page.find("</section>", begin) - begin);
    CHECK(contains(section, ">" + std::string(name_of(endpoint.method)) + "</span> <code>" +
                                std::string(endpoint.path) + "</code>"));
    CHECK(contains(section, web::prose(endpoint.summary).str()));
    for (const auto& parameter : endpoint.parameters) {
      CHECK(contains(section, web::prose(parameter.description).str()));
      CHECK(contains(section, "name=\"" + std::string(parameter.name) + "\" data-in=\"query\""));
    }
    for (const auto& answer : endpoint.answers) {
      CHECK(contains(section, ">" + std::to_string(answer.status) + "</span>"));
      CHECK(contains(section, web::prose(answer.description).str()));
    }
    for (const auto type : problems_of(endpoint)) {
      const auto page_of_it = "href=\"problems/" + std::string(describe(type).slug) + "\"";
      CHECK((contains(section, page_of_it) || contains(any, page_of_it)));
    }
    CHECK(contains(section, "<button type=\"" +
                                std::string(endpoint.method == Method::get ? "submit" : "button")));
  }
  const auto schemas = openapi_document()["components"]["schemas"];
  for (const auto& schema : schemas.items()) {
    CHECK(contains(page, "id=\"schema-" + schema.key() + "\""));
  }
}

TEST_CASE("no text of the OpenAPI document becomes markup") {
  auto document = openapi_document();
  const std::string evil = "<i>\"'&";
  auto& operation = document["paths"]["/users"]["get"];
  operation["summary"] = evil;
  operation["parameters"][0]["description"] = evil;
  operation["parameters"][0]["name"] = evil;
  document["components"]["schemas"]["NewUser"]["description"] = evil;
  document["components"]["schemas"]["NewUser"]["examples"][0]["name"] = evil;
  document["info"]["version"] = evil;
  CHECK_FALSE(contains(web::docs_page(document), "<i>"));
  CHECK_FALSE(contains(web::landing_page(document, "http://" + evil, evil), "<i>"));
}

TEST_CASE("the landing page's examples name the host that was asked, and no host becomes markup") {
  CHECK(contains(landing_at("users.example.org:81"), "curl http://users.example.org:81/users/42"));
  CHECK(contains(landing_at("[::1]:8080"), "curl &#39;http://[::1]:8080/users/42&#39;"));
  const auto evil = landing_at("<script>x</script>\"'");
  CHECK_FALSE(contains(evil, "<script>"));
  CHECK_FALSE(contains(evil, "\"'"));
  // In single quotes a shell takes every character but these as it is.
  CHECK(contains(landing_at("a';rm$(x)"), web::Html("curl 'http://a'\\'';rm$(x)/users/42'").str()));
  CHECK(contains(landing_at("localhost"), "curl http://localhost/users -H"));
}

TEST_CASE("a client of HTTP/1.0 that names no host gets the default address") {
  tests::MadeRequest request(Method::get, "/");
  request.without_fields().with("Accept", "text/html");
  CHECK(contains(answer_to(request)->body, "http://localhost:8080/users/42"));
}

TEST_CASE("what the OpenAPI document gives as examples of bodies is accepted") {
  const auto& schemas = openapi_document()["components"]["schemas"];
  const auto example = [&](const char* name) { return schemas[name]["examples"][0].dump(); };
  CHECK(parse_user(example("NewUser")));
  CHECK(parse_replacement(example("UserReplacement"), UserId::parse("42").value()));
  CHECK(parse_user_patch(example("UserPatch"), UserId::parse("42").value()));
  CHECK_FALSE(parse_user(web::mistaken_user));
}

}  // namespace
}  // namespace rollcall::http
