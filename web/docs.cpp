#include "web/docs.hpp"

#include <set>
#include <string_view>
#include <utility>

#include "web/operations.hpp"
#include "web/page.hpp"
#include "web/schema_view.hpp"
#include "web/try_form.hpp"

namespace rollcall::web {

namespace {

constexpr Place docs_place{"docs"};

using Problem = std::pair<int, std::string>;  // its status, and the path of its page

bool is_problem(const Json& response) {
  return response.contains("content") && response["content"].contains("application/problem+json");
}

std::set<Problem> problems_of(const Operation& operation) {
  std::set<Problem> problems;
  for (const auto& response : operation.described.at("responses").items()) {
    if (!is_problem(response.value())) continue;
    const Json::json_pointer types(
        "/content/application~1problem+json/schema/allOf/1/properties"
        "/type/enum");
    for (const auto& type : response.value().at(types)) {
      problems.emplace(std::stoi(response.key()), type.get<std::string>());
    }
  }
  return problems;
}

std::set<Problem> common_problems(const std::vector<Operation>& operations) {
  auto common = problems_of(operations.front());
  for (const auto& operation : operations) {
    const auto own = problems_of(operation);
    std::erase_if(common, [&](const auto& problem) { return !own.contains(problem); });
  }
  return common;
}

Html part(std::string_view title, const Html& content) { return element("h3", title) + content; }

Html parameters_part(const Json& operation) {
  if (!operation.contains("parameters")) return {};
  Html rows;
  for (const auto& parameter : operation["parameters"]) {
    auto meta = parameter.at("in").get<std::string>() + ", " + type_in_words(parameter["schema"]);
    rows +=
        element("dt", code(parameter.at("name").get<std::string>()) + " " + element("small", meta));
    rows += element("dd", prose(parameter.at("description").get<std::string>()));
  }
  return part("Parameters", element("dl", {{"class", "entries"}}, rows));
}

Html example_block(const Json& api, const Json& schema) {
  return element("pre", {{"tabindex", "0"}}, code(example_of(api, schema).dump(2)));
}

Html body_part(const Json& api, const Json& operation) {
  if (!operation.contains("requestBody")) return {};
  const auto& content = operation["requestBody"].at("content");
  std::string types;
  for (const auto& type : content.items()) types += (types.empty() ? "" : " or ") + type.key();
  const auto& reference = content.begin().value().at("schema");
  const auto& schema = resolved(api, reference);
  return part("Body", element("p", code(types) + ". " + prose(schema.value("description", ""))) +
                          members_of(schema) + example_block(api, reference));
}

Html answer_rows(const std::string& status, const Json& response) {
  const auto content = response.value("content", Json::object());
  const auto headers = response.value("headers", Json::object());
  Html meta;
  for (const auto& type : content.items()) {
    if (!meta.str().empty()) meta += ", ";
    meta += type.key();
    const auto& schema = type.value().at("schema");
    if (schema.contains("$ref")) meta += Html(": ") + type_in_words(schema);
  }
  Html fields;
  for (const auto& field : headers.items()) {
    fields += Html(fields.str().empty() ? " With " : ", ") + code(field.key());
  }
  if (!fields.str().empty()) fields += ".";
  return element("dt", element("span", {{"class", "status"}}, status) + element("small", meta)) +
         element("dd", prose(response.at("description").get<std::string>()) + fields);
}

Html answers_part(const Json& operation) {
  Html rows;
  for (const auto& response : operation.at("responses").items()) {
    if (!is_problem(response.value())) rows += answer_rows(response.key(), response.value());
  }
  return part("Answers", element("dl", {{"class", "entries"}}, rows));
}

Html problem_list(const std::set<Problem>& problems) {
  Html entries;
  for (const auto& [status, path] : problems) {
    const auto slug = path.substr(path.rfind('/') + 1);
    entries += element("li", element("span", {{"class", "status"}}, std::to_string(status)) +
                                 link(docs_place.to("problems/" + slug), code(slug)));
  }
  return element("ul", {{"class", "problems"}}, entries);
}

Html section(const Json& api, const Operation& operation, const std::set<Problem>& common) {
  auto problems = problems_of(operation);
  std::erase_if(problems, [&](const auto& problem) { return common.contains(problem); });
  const auto& described = operation.described;
  auto content = element("h2", link("#" + operation.name, method_and_path(operation))) +
                 element("p", prose(operation.summary())) + parameters_part(described) +
                 body_part(api, described) + answers_part(described);
  if (!problems.empty()) content += part("Problems", problem_list(problems));
  content += try_form(api, operation.method, operation.path, described);
  return element("section", {{"id", operation.name}}, content);
}

Html schemas_section(const Json& api) {
  Html content = element("h2", link("#schemas", "Schemas"));
  for (const auto& schema : api.at("components").at("schemas").items()) {
    content += element("h3", {{"id", schema_anchor(schema.key())}}, schema.key()) +
               element("p", prose(schema.value().value("description", ""))) +
               members_of(schema.value()) + example_block(api, schema.value());
  }
  return element("section", {{"id", "schemas"}}, content);
}

Html contents(const std::vector<Operation>& operations) {
  Html entries;
  for (const auto& operation : operations) {
    entries += element("li", link("#" + operation.name, method_and_path(operation)));
  }
  entries += element("li", link("#any-request", "Any request"));
  entries += element("li", link("#schemas", "Schemas"));
  return element("nav", {{"class", "contents"}, {"aria-label", "Endpoints"}},
                 element("ul", entries));
}

}  // namespace

std::string docs_page(const Json& api) {
  const auto operations = operations_of(api);
  const auto common = common_problems(operations);
  const auto& info = api.at("info");
  const auto version = info.at("version").get<std::string>();
  const auto title = element("h1", "Documentation") +
                     element("p", {{"class", "lead"}},
                             "Every endpoint of Rollcall " + version + ", as " +
                                 link(docs_place.to("openapi.json"), "openapi.json") +
                                 " describes it to programs.");
  Html content;
  for (const auto& operation : operations) content += section(api, operation, common);
  content += element("section", {{"id", "any-request"}},
                     element("h2", link("#any-request", "Any request")) +
                         element("p", "Each endpoint may also answer with these problems.") +
                         problem_list(common));
  content += schemas_section(api);
  return page(
      docs_place, "Documentation – Rollcall",
      element("div", title) + contents(operations) + element("div", {{"class", "text"}}, content),
      Script::docs);
}

}  // namespace rollcall::web
