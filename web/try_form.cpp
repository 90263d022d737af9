#include "web/try_form.hpp"

#include <utility>

#include "web/schema_view.hpp"

namespace rollcall::web {

namespace {

Html labelled(std::string_view name, std::string_view place, const Html& control) {
  return element("label", element("span", code(name) + " " + element("small", place)) + control);
}

Html parameter_field(const Json& api, const Json& parameter) {
  const auto name = parameter.at("name").get<std::string>();
  const auto place = parameter.at("in").get<std::string>();
  const auto& schema = parameter.at("schema");
  if (place != "path") {
    return labelled(name, place, void_element("input", {{"name", name}, {"data-in", place}}));
  }
  const auto example = example_of(api, schema);
  const auto value = example.is_string() ? example.get<std::string>() : example.dump();
  return labelled(
      name, place,
      void_element("input",
                   {{"name", name}, {"data-in", place}, {"value", value}, {"required", ""}}));
}

// A choice of media types, as the value of a field of the request.
Html type_field(std::string_view field, const Json& content) {
  Html options;
  for (const auto& type : content.items()) options += element("option", type.key());
  return labelled(field, "header",
                  element("select", {{"name", field}, {"data-in", "header"}}, options));
}

Html body_fields(const Json& api, const Json& body) {
  const auto& content = body.at("content");
  const auto example = example_of(api, content.begin().value().at("schema")).dump(2);
  return type_field("Content-Type", content) +
         labelled(
             "body", "",
             element("textarea", {{"name", "body"}, {"data-in", "body"}, {"rows", "7"}}, example));
}

}  // namespace

Html try_form(const Json& api, std::string_view method, std::string_view path,
              const Json& operation) {
  Html fields;
  for (const auto& parameter : operation.value("parameters", Json::array())) {
    fields += parameter_field(api, parameter);
  }
  const auto& answer = operation.at("responses").begin().value();
  if (answer.contains("content") && answer["content"].size() > 1) {
    fields += type_field("Accept", answer["content"]);
  }
  if (operation.contains("requestBody")) fields += body_fields(api, operation["requestBody"]);
  // Enter in a field sends a form by its submit button: what changes something has none.
  const std::string_view button = method == "GET" ? "submit" : "button";
  fields += element("button", {{"type", button}}, "Send " + std::string(method));
  const auto form = element("form", {{"data-method", method}, {"data-path", path}}, fields) +
                    element("output", {});
  return element("details", {{"class", "try"}, {"hidden", ""}},
                 element("summary", "Try it") + form);
}

}  // namespace rollcall::web
