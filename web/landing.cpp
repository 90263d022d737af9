#include "web/landing.hpp"

#include "web/operations.hpp"
#include "web/page.hpp"
#include "web/schema_view.hpp"

namespace rollcall::web {

namespace {

constexpr Place landing_place{""};

// A word of a shell's command line, quoted if it has to be.
std::string shell_word(std::string_view text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:/_-";
  if (text.find_first_not_of(plain) == std::string_view::npos) return std::string(text);
  std::string word = "'";
  for (const char c : text) c == '\'' ? word.append("'\\''") : word.append(1, c);
  return word + "'";
}

Html exchange(std::string_view title, const Html& about, const std::string& command,
              std::string_view answer) {
  const auto lines = element("b", "$ " + command) + "\n" + answer;
  return element("section", element("h2", title) +
                                element("div", element("p", about) +
                                                   element("pre", {{"class", "exchange"}}, lines)));
}

std::string posting(std::string_view url, std::string_view body) {
  return "curl " + shell_word(url) + " -H 'Content-Type: application/json' \\\n    -d " +
         shell_word(body);
}

Html requests(const Json& api) {
  Html rows;
  for (const auto& operation : operations_of(api)) {
    rows +=
        element("dt", link(landing_place.to("docs#" + operation.name), method_and_path(operation)));
    rows += element("dd", prose(operation.summary()));
  }
  return element("dl", {{"class", "entries"}}, rows);
}

}  // namespace

std::string landing_page(const Json& api, std::string_view address, std::string_view problem) {
  const auto users = std::string(address) + "/users";
  const auto user = example_of(api, api.at("components").at("schemas").at("User"));
  auto sample = user;
  sample.update({{"username", nullptr},
                 {"name", "User 42"},
                 {"email", "u42@example.org"},
                 {"external_id", nullptr}});
  auto created = user;
  created.update({{"id", 1'001}, {"external_id", nullptr}});
  const Json body{{"username", "ada"}, {"name", "Ada Lovelace"}, {"email", "ada@example.org"}};
  const auto lead = Html(
                        "Rollcall is a user directory: it keeps users, and answers over HTTP who "
                        "they are. This one is at ") +
                    code(address) + ".";
  const auto problems = link(landing_place.to("problems"), "problem document");
  const auto further = "The " + link(landing_place.to("docs"), "documentation") +
                       " describes each of them, and sends it for you; " +
                       link(landing_place.to("openapi.json"), "openapi.json") +
                       " describes them to programs. " +
                       link(landing_place.to("problems"), "Problems") + " explains every error.";
  const auto content =
      element("h1", "Who is user 42?") + element("p", {{"class", "lead"}}, lead) +
      exchange("Read a user", prose("By its id. Its `version` grows with each change."),
               "curl " + shell_word(users + "/42"), sample.dump()) +
      exchange("Create a user", "The answer comes once the user is safely on the disk.",
               posting(users, body.dump()), created.dump()) +
      exchange("Make a mistake",
               "Every error is a " + problems + ", which names all that is wrong at once.",
               posting(users, mistaken_user), problem) +
      element("section", element("h2", "All requests") +
                             element("div", element("p", further) + requests(api)));
  return page(landing_place, "Rollcall", content);
}

}  // namespace rollcall::web
