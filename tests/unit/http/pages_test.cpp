#include "http/api/pages.hpp"

#include <string>

#include "http/api/arguments.hpp"
#include "http/api/endpoints.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

tl::expected<Response, Problem> page_at(const std::string& path) {
  tests::MadeRequest request(Method::get, path);
  const auto [route, segment] = every_route().match(path);
  const auto& endpoint = *route->of(Method::get);
  auto arguments =
      parse_arguments(request.get(), endpoint, segment, {}, [] { return Timestamp{}; });
  return endpoint.handle(request.get(), std::move(arguments.value())).map([](Outcome&& outcome) {
    return std::get<Response>(std::move(outcome));
  });
}

TEST_CASE("each problem's type leads to a page that explains it") {
  const auto index = page_at("/problems");
  for (auto type : every_problem_type) {
    const auto kind = describe(type);
    const auto path = "/problems/" + std::string(kind.slug);
    INFO(path);
    const auto page = page_at(path);
    REQUIRE(page);
    CHECK(page->status == 200);
    CHECK(page->content_type == html_type);
    CHECK(page->body.find(kind.title) != std::string::npos);
    CHECK(page->body.find(kind.when) != std::string::npos);
    CHECK(index->body.find(path) != std::string::npos);
  }
  CHECK(page_at("/problems/no-such-problem").error().type == ProblemType::not_found);
}

}  // namespace
}  // namespace rollcall::http
