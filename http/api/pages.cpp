#include "http/api/pages.hpp"

#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "http/api/openapi.hpp"
#include "http/api/user_body.hpp"
#include "http/wire/authority.hpp"
#include "http/wire/media_type.hpp"
#include "http/wire/problem.hpp"
#include "web/docs.hpp"
#include "web/landing.hpp"
#include "web/page.hpp"
#include "web/problem_page.hpp"

namespace rollcall::http {

namespace {

using Json = nlohmann::ordered_json;
using Result = tl::expected<Outcome, Problem>;

// Pages load files of this service and nothing else, and no script that stands in them.
constexpr std::string_view page_fields =
    "Cache-Control: no-cache\r\n"
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n";
// Another text of a file has another URL (web/page.cpp).
constexpr std::string_view file_fields =
    "Cache-Control: public, max-age=86400\r\n"
    "X-Content-Type-Options: nosniff\r\n";

Response shared_response(std::string_view type, std::string_view fields, std::string body) {
  Response response{200, type};
  response.shared =
      std::make_shared<const Representation>(Representation{std::string(fields), std::move(body)});
  return response;
}

// The other answers of these endpoints have the same Vary.
Response html_response(std::string page) {
  return {200, html_type, std::move(page), std::string(page_fields) + "Vary: Accept\r\n"};
}

Response json_response(const Json& json) {
  return {200, json_type, json.dump(), "Cache-Control: no-cache\r\nVary: Accept\r\n"};
}

// The URL of the service for examples: the public one, or that which the client has asked.
std::string service_url(const Request& request, Links links) {
  if (links.root() != "/") return std::string(links.root());
  const auto authority = authority_of(request);
  return "http://" + std::string(authority.empty() ? "localhost:8080" : authority);
}

Response landing_page(const Request& request, Links links) {
  const auto problem = parse_user(web::mistaken_user).error();
  const auto document =
      problem_response(problem, "/users", "0af7651916cd43dd8448eb211c80319c", links);
  return html_response(
      web::landing_page(openapi_document(), service_url(request, links), document.body));
}

Result root_page(const Request& request, Arguments&& arguments) {
  if (prefers_html(request, text_type)) return landing_page(request, arguments.links);
  return Response{200, text_type, "Hello, World!", "Vary: Accept\r\n"};
}

Result docs_page(const Request&, Arguments&&) {
  static const auto page =
      shared_response(html_type, page_fields, web::docs_page(openapi_document()));
  return page;
}

Result style_file(const Request&, Arguments&&) {
  static const auto file = shared_response(css_type, file_fields, std::string(web::style()));
  return file;
}

Result script_file(const Request&, Arguments&&) {
  static const auto file =
      shared_response(script_type, file_fields, std::string(web::docs_script()));
  return file;
}

web::ProblemText text_of(ProblemType type) {
  const auto kind = describe(type);
  return {kind.status, kind.slug, kind.title, kind.when};
}

Json json_of(ProblemType type, Links links) {
  const auto kind = describe(type);
  return {{"type", address_of(type, links)},
          {"title", kind.title},
          {"status", kind.status},
          {"slug", kind.slug},
          {"when", kind.when}};
}

Result problems_page(const Request& request, Arguments&& arguments) {
  if (prefers_html(request, json_type)) {
    std::vector<web::ProblemText> texts;
    for (const auto type : every_problem_type) texts.push_back(text_of(type));
    return html_response(web::problem_index(texts));
  }
  Json kinds = Json::array();
  for (const auto type : every_problem_type) kinds.push_back(json_of(type, arguments.links));
  return json_response({{"problems", std::move(kinds)}});
}

ParameterFault read_slug(std::string_view segment, Arguments& arguments) {
  arguments.slug = segment;
  return std::nullopt;
}

constexpr Parameter slug_segment{"slug", "The last segment of a problem's `type`.",
                                 R"({"type":"string","examples":["user-not-found"]})", read_slug};

Result problem_page(const Request& request, Arguments&& arguments) {
  const auto type = type_of_slug(arguments.slug);
  if (!type) return tl::unexpected(Problem{ProblemType::not_found, "no problem has this name"});
  if (prefers_html(request, json_type)) return html_response(web::problem_page(text_of(*type)));
  return json_response(json_of(*type, arguments.links));
}

const std::vector<std::string_view> fields_of_pages{"Cache-Control", "Content-Security-Policy",
                                                    "Vary", "X-Content-Type-Options"};
const std::vector<std::string_view> fields_of_files{"Cache-Control", "X-Content-Type-Options"};

Endpoint file_endpoint(std::string_view path, std::string_view operation, std::string_view summary,
                       std::string_view type, decltype(Endpoint::handle) handle) {
  return {.method = Method::get,
          .path = path,
          .operation = operation,
          .summary = summary,
          .query = QueryUse::ignored,
          .answers = {{200, "The file.", {type}, {}, fields_of_files}},
          .handle = handle};
}

}  // namespace

std::vector<Endpoint> page_endpoints() {
  return {
      {.method = Method::get,
       .path = "/",
       .operation = "greet",
       .summary = "Says Hello, World!, or shows a page to a browser.",
       .query = QueryUse::ignored,
       .answers = {{200, "The greeting.", {text_type, html_type}, {}, fields_of_pages}},
       .handle = root_page},
      {.method = Method::get,
       .path = "/docs",
       .operation = "readDocumentation",
       .summary = "Shows every endpoint, with forms that send requests.",
       .query = QueryUse::ignored,
       .answers = {{200, "A page for people.", {html_type}, {}, fields_of_pages}},
       .handle = docs_page},
      {.method = Method::get,
       .path = "/problems",
       .operation = "listProblems",
       .summary = "Lists the types of problem documents.",
       .query = QueryUse::ignored,
       .answers = {{200, "The types.", {json_type, html_type}, "ProblemKinds", fields_of_pages}},
       .handle = problems_page},
      {.method = Method::get,
       .path = "/problems/{slug}",
       .operation = "explainProblem",
       .summary = "Explains a type of problem documents.",
       .segment = &slug_segment,
       .query = QueryUse::ignored,
       .answers = {{200, "The type.", {json_type, html_type}, "ProblemKind", fields_of_pages}},
       .problems = {ProblemType::not_found},
       .handle = problem_page},
      file_endpoint("/style.css", "readStyle", "The look of the pages.", css_type, style_file),
      file_endpoint("/docs.js", "readScript", "Sends the requests of the forms of /docs.",
                    script_type, script_file),
  };
}

}  // namespace rollcall::http
