#include "web/schema_view.hpp"

#include <algorithm>
#include <utility>

namespace rollcall::web {

namespace {

std::string name_of_reference(const Json& schema) {
  const auto reference = schema.at("$ref").get<std::string>();
  return reference.substr(reference.rfind('/') + 1);
}

// "1 to 200 characters", "at most 32 entries", "at least 1"; empty without limits.
std::string range_of(const Json& schema, const char* least, const char* most,
                     std::string_view unit) {
  std::string range;
  if (schema.contains(least) && schema.contains(most)) {
    range = schema[least].dump() + " to " + schema[most].dump();
  } else if (schema.contains(most)) {
    range = "at most " + schema[most].dump();
  } else if (schema.contains(least)) {
    range = "at least " + schema[least].dump();
  }
  return range.empty() ? range : range.append(unit);
}

Html types_of(const Json& schema) {
  if (schema.contains("$ref")) {
    const auto name = name_of_reference(schema);
    return link("#" + schema_anchor(name), name);
  }
  if (!schema.contains("type")) return "object";
  const auto& type = schema["type"];
  if (type == "array") {
    return schema.contains("items") ? "array of " + types_of(schema["items"]) : Html("array");
  }
  if (type.is_string()) return type.get<std::string>();
  std::string names;
  for (const auto& each : type) names += (names.empty() ? "" : " or ") + each.get<std::string>();
  return names;
}

bool is_required(const Json& schema, const std::string& name) {
  if (!schema.contains("required")) return false;
  const auto& names = schema["required"];
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const Json& resolved(const Json& api, const Json& schema) {
  if (!schema.contains("$ref")) return schema;
  return api.at("components").at("schemas").at(name_of_reference(schema));
}

Json example_of(const Json& api, const Json& schema) {
  const auto& known = resolved(api, schema);
  if (known.contains("examples")) return known["examples"][0];
  if (known.contains("default")) return known["default"];
  if (known.contains("enum")) return known["enum"][0];
  if (known.contains("oneOf")) return example_of(api, known["oneOf"][0]);
  const auto type = known.value("type", Json("object"));
  if (type == "array") {
    return known.contains("items") ? Json::array({example_of(api, known["items"])}) : Json::array();
  }
  if (type == "boolean") return true;
  if (type == "integer") return known.value("minimum", 1);
  if (type == "string") return "…";
  if (type.is_array()) return nullptr;
  const auto properties = known.value("properties", Json::object());
  Json object = Json::object();
  for (const auto& member : properties.items()) {
    object[member.key()] = example_of(api, member.value());
  }
  return object;
}

Html type_in_words(const Json& schema) {
  auto words = types_of(schema);
  const auto add = [&](const std::string& more) {
    if (!more.empty()) words += ", " + more;
  };
  add(schema.value("format", "") == "date-time" ? "date-time" : "");
  add(range_of(schema, "minimum", "maximum", ""));
  add(range_of(schema, "minLength", "maxLength", " characters"));
  add(range_of(schema, "minItems", "maxItems", " entries"));
  if (schema.contains("default")) add("default " + schema["default"].dump());
  return words;
}

Html members_of(const Json& schema) {
  Html rows;
  for (const auto& member : schema.at("properties").items()) {
    auto meta = type_in_words(member.value());
    if (is_required(schema, member.key())) meta += ", required";
    rows += element("dt", code(member.key()) + " " + element("small", meta));
    rows += element("dd", prose(member.value().value("description", "")));
  }
  return element("dl", {{"class", "entries"}}, rows);
}

std::string schema_anchor(std::string_view name) { return "schema-" + std::string(name); }

}  // namespace rollcall::web
