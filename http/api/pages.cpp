#include "http/api/pages.hpp"

#include <string>
#include <vector>

#include "http/wire/media_type.hpp"
#include "http/wire/problem.hpp"
#include "web/landing.hpp"
#include "web/problem_page.hpp"

namespace rollcall::http {

namespace {

web::ProblemText text_of(ProblemType type) {
  auto kind = describe(type);
  return {kind.status, kind.slug, kind.title, kind.when};
}

}  // namespace

Response root_page(const Request& request) {
  Response response;
  if (prefers_html(request)) {
    response.content_type = html_type;
    response.body = web::landing_page();
  } else {
    response.content_type = text_type;
    response.body = "Hello, World!";
  }
  response.fields = "Vary: Accept\r\n";
  return response;
}

Response problems_page() {
  std::vector<web::ProblemText> problems;
  for (auto type : every_problem_type) problems.push_back(text_of(type));
  return {200, html_type, web::problem_index(problems)};
}

tl::expected<Response, Problem> problem_page(std::string_view slug) {
  auto type = type_of_slug(slug);
  if (!type) return tl::unexpected(Problem{ProblemType::not_found, "no problem has this name"});
  return Response{200, html_type, web::problem_page(text_of(*type))};
}

}  // namespace rollcall::http
