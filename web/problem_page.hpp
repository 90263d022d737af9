// The pages that the `type` of a problem document points to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::web {

/// The texts about one type of problem.
struct ProblemText {
  int status;
  std::string_view slug;
  std::string_view title;
  std::string_view when;
};

/// The page at /problems/<slug>.
std::string problem_page(const ProblemText& problem);
/// The page at /problems.
std::string problem_index(const std::vector<ProblemText>& problems);

}  // namespace rollcall::web
