#include "web/problem_page.hpp"

#include "web/page.hpp"

namespace rollcall::web {

std::string problem_page(const ProblemText& problem) {
  const auto path = "problems/" + std::string(problem.slug);
  const Place place{path};
  const auto status = std::to_string(problem.status);
  const auto facts = element("dl", {{"class", "facts"}},
                             element("dt", "Status") + element("dd", status) +
                                 element("dt", "Type") + element("dd", code("/" + path)));
  return page(place, std::string(problem.title) + " – Rollcall",
              element("h1", problem.title) +
                  element("p", {{"class", "lead"}}, prose(problem.when)) + facts +
                  element("p", link(place.to("problems"), "All problems")));
}

std::string problem_index(const std::vector<ProblemText>& problems) {
  const Place place{"problems"};
  Html rows;
  for (const auto& problem : problems) {
    const auto target = place.to("problems/" + std::string(problem.slug));
    rows += element("dt", element("span", {{"class", "status"}}, std::to_string(problem.status)) +
                              link(target, code(problem.slug)));
    rows += element("dd", prose(problem.when));
  }
  const auto lead = prose(
      "Every error is answered as a problem document (RFC 9457), whose `type` is the path of one "
      "of "
      "these pages. A type keeps its name and its status: programs can rely on them.");
  return page(place, "Problems – Rollcall",
              element("h1", "Problems") + element("p", {{"class", "lead"}}, lead) +
                  element("dl", {{"class", "entries"}}, rows));
}

}  // namespace rollcall::web
