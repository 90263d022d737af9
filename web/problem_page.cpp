#include "web/problem_page.hpp"

namespace rollcall::web {

namespace {

std::string page(std::string_view title, std::string_view content) {
  std::string out = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
:root { color-scheme: light dark; }
</style>
<title>)";
  out.append(title).append(" - Rollcall</title>\n</head>\n<body>\n");
  out.append(content).append("</body>\n</html>\n");
  return out;
}

}  // namespace

std::string problem_page(const ProblemText& problem) {
  std::string content;
  content.append("<h1>").append(problem.title).append("</h1>\n");
  content.append("<p><code>").append(problem.slug).append("</code>, HTTP status ");
  content.append(std::to_string(problem.status)).append(".</p>\n");
  content.append("<p>").append(problem.when).append("</p>\n");
  content.append("<p><a href=\"/problems\">All problems</a></p>\n");
  return page(problem.title, content);
}

std::string problem_index(const std::vector<ProblemText>& problems) {
  std::string content = "<h1>Problems</h1>\n<table>\n";
  for (const auto& problem : problems) {
    content.append("<tr><td>").append(std::to_string(problem.status)).append("</td>");
    content.append("<td><a href=\"/problems/").append(problem.slug).append("\"><code>");
    content.append(problem.slug).append("</code></a></td><td>").append(problem.title);
    content.append("</td></tr>\n");
  }
  content.append("</table>\n");
  return page("Problems", content);
}

}  // namespace rollcall::web
