#include "web/html.hpp"

#include "tests/support/catch.hpp"
#include "web/landing.hpp"
#include "web/page.hpp"
#include "web/problem_page.hpp"

namespace rollcall::web {
namespace {

const std::string evil = "<script>alert('1')</script>&\"";
const std::string harmless = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;";

TEST_CASE("text that becomes HTML is escaped, also in an attribute") {
  CHECK(Html(evil).str() == harmless);
  CHECK(element("p", evil).str() == "<p>" + harmless + "</p>");
  CHECK(link(evil, "x").str() == "<a href=\"" + harmless + "\">x</a>");
  CHECK((Html("a < b") + evil + code("&")).str() == "a &lt; b" + harmless + "<code>&amp;</code>");
}

TEST_CASE("an attribute without a value has only its name, and a void element no end") {
  CHECK(void_element("input", {{"name", "id"}, {"required", ""}}).str() ==
        "<input name=\"id\" required>");
}

TEST_CASE("prose has its code between backticks") {
  CHECK(prose("a `b<` c").str() == "a <code>b&lt;</code> c");
  CHECK(prose("`b`").str() == "<code>b</code>");
  CHECK(prose("a & b").str() == "a &amp; b");
  CHECK(prose("").str().empty());
}

TEST_CASE("no text of a problem becomes markup") {
  const ProblemText problem{400, evil, evil, evil};
  CHECK(problem_page(problem).find(evil) == std::string::npos);
  CHECK(problem_index({problem}).find(evil) == std::string::npos);
  CHECK(problem_index({problem}).find(harmless) != std::string::npos);
}

TEST_CASE("a link leads up from a page that is below another one") {
  CHECK(Place{""}.to("docs") == "docs");
  CHECK(Place{""}.to("") == "./");
  CHECK(Place{"docs"}.to("") == "./");
  CHECK(Place{"problems/internal"}.to("") == "../");
  CHECK(Place{"problems/internal"}.to("problems/overloaded") == "../problems/overloaded");
}

}  // namespace
}  // namespace rollcall::web
