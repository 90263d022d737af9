#include "http/api/pages.hpp"

#include <string>
#include <utility>

#include "http/wire/media_type.hpp"
#include "http/wire/problem.hpp"
#include "web/landing.hpp"
#include "web/problem_page.hpp"

namespace rollcall::http {

namespace {

using Result = tl::expected<Outcome, Problem>;

web::ProblemText text_of(ProblemType type) {
  auto kind = describe(type);
  return {kind.status, kind.slug, kind.title, kind.when};
}

Result root_page(const Request& request, Arguments&&) {
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

Result problems_page(const Request&, Arguments&&) {
  std::vector<web::ProblemText> problems;
  for (auto type : every_problem_type) problems.push_back(text_of(type));
  return Response{200, html_type, web::problem_index(problems)};
}

ParameterFault read_slug(std::string_view segment, Arguments& arguments) {
  arguments.slug = segment;
  return std::nullopt;
}

constexpr Parameter slug_segment{"slug", "The last segment of a problem's `type`.",
                                 R"({"type":"string"})", read_slug};

Result problem_page(const Request&, Arguments&& arguments) {
  const auto type = type_of_slug(arguments.slug);
  if (!type) return tl::unexpected(Problem{ProblemType::not_found, "no problem has this name"});
  return Response{200, html_type, web::problem_page(text_of(*type))};
}

}  // namespace

std::vector<Endpoint> page_endpoints() {
  return {
      {.method = Method::get,
       .path = "/",
       .operation = "greet",
       .summary = "Says Hello, World!, or shows a page to a browser.",
       .query = QueryUse::ignored,
       .answers = {{200, "The greeting.", {text_type, html_type}, {}, {"Vary"}}},
       .handle = root_page},
      {.method = Method::get,
       .path = "/problems",
       .operation = "listProblems",
       .summary = "Lists the types of problem documents.",
       .query = QueryUse::ignored,
       .answers = {{200, "A page for people.", {html_type}}},
       .handle = problems_page},
      {.method = Method::get,
       .path = "/problems/{slug}",
       .operation = "explainProblem",
       .summary = "Explains a type of problem documents.",
       .segment = &slug_segment,
       .query = QueryUse::ignored,
       .answers = {{200, "A page for people.", {html_type}}},
       .problems = {ProblemType::not_found},
       .handle = problem_page},
  };
}

}  // namespace rollcall::http
