#include "http/api/schemas.hpp"

#include <limits>
#include <string>

#include "domain/user_fields.hpp"
#include "http/api/changes_page.hpp"
#include "http/wire/faults.hpp"
#include "http/wire/problem.hpp"

namespace rollcall::http {

namespace {

using Json = nlohmann::ordered_json;

Json type_of(const FieldInfo& field) {
  const std::string_view name = [&] {
    switch (field.kind) {
      case FieldKind::integer:
        return "integer";
      case FieldKind::boolean:
        return "boolean";
      case FieldKind::object:
        return "object";
      case FieldKind::text:
      case FieldKind::time:
        break;
    }
    return "string";
  }();
  if (field.nullable) return Json::array({name, "null"});
  return name;
}

// What the type does not tell: of what the server keeps.
Json details_of_record(std::string_view field) {
  if (field == "version") {
    return {{"format", "int64"},
            {"minimum", 1},
            {"examples", {1}},
            {"description", "Grows with each change; the ETag in quotes."}};
  }
  if (field == "created_at" || field == "updated_at") {
    return {{"format", "date-time"},
            {"examples", {"2026-11-22T06:47:00.123Z"}},
            {"description", "UTC, with milliseconds."}};
  }
  return Json::object();
}

// The same of the other fields.
Json details_of(std::string_view field) {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  if (field == "id") {
    return {{"format", "int64"},
            {"minimum", 1},
            {"maximum", largest},
            {"examples", {42}},
            {"description", "Given by the server, never reused."}};
  }
  if (field == "name") {
    return {{"minLength", 1},
            {"maxLength", 200},
            {"pattern", R"(^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$)"},
            {"examples", {"Ada Lovelace"}},
            {"description",
             "1 to 200 code points without control characters, at least one of them visible. White "
             "space at both ends is cut."}};
  }
  if (field == "email") {
    return {{"maxLength", 254},
            {"pattern", R"(^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$)"},
            {"examples", {"ada@example.org"}},
            {"description",
             "At most 254 bytes of UTF-8 with one @, without white space, control characters and "
             "invisible ones. Unique, ignoring case."}};
  }
  if (field == "username") {
    return {{"minLength", 1},
            {"maxLength", 254},
            {"pattern", R"(^[^\s\x00-\x1f\x7f-\x9f]+$)"},
            {"examples", {"ada"}},
            {"description",
             "1 to 254 bytes of UTF-8 without white space, control characters and invisible ones. "
             "Unique, ignoring case."}};
  }
  if (field == "external_id") {
    return {{"minLength", 1},
            {"maxLength", 255},
            {"pattern", R"(^[^\x00-\x1f\x7f-\x9f]+$)"},
            {"examples", {"4f1c-77"}},
            {"description",
             "The user's id in another system: 1 to 255 bytes of UTF-8 without control characters. "
             "Unique."}};
  }
  if (field == "active") {
    return Json::object({{"description", "false: the account is closed, and kept."}});
  }
  if (field == "attributes") {
    return {
        {"default", Json::object()},
        {"maxProperties", Attributes::max_keys},
        {"additionalProperties", true},
        {"propertyNames", {{"minLength", 1}, {"maxLength", Attributes::max_key_bytes}}},
        {"description",
         "Anything else: at most 64 keys of 1 to 64 bytes, nested at most 8 deep, at most 8 KiB "
         "of text. Order and numbers stay as they are given. A merge patch reaches into it."}};
  }
  return details_of_record(field);
}

Json schema_of(const FieldInfo& field) {
  Json schema{{"type", type_of(field)}};
  schema.update(details_of(field.name));
  return schema;
}

Json object(Json properties, Json required) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json user() {
  Json properties;
  Json required = Json::array();
  for (const auto& field : field_infos) {
    properties[std::string(field.name)] = schema_of(field);
    required.push_back(field.name);
  }
  return object(std::move(properties), std::move(required));
}

// What a field is where a client leaves it out.
Json default_of(FieldKind kind) {
  if (kind == FieldKind::boolean) return true;
  return kind == FieldKind::object ? Json::object() : Json();
}

enum class ServerFields { refused, compared };
enum class Absent { refused, unchanged };

// A user as a client sends it.
Json sent_user(ServerFields server_fields, Absent absent, std::string_view description,
               Json example) {
  Json properties;
  Json required = Json::array();
  for (const auto& field : field_infos) {
    if (field.given_by == GivenBy::server && server_fields == ServerFields::refused) continue;
    auto schema = schema_of(field);
    if (field.given_by == GivenBy::server) {
      schema["description"] = "If it is given, it must be that of the user.";
    } else if (absent == Absent::refused && !field.required()) {
      schema["default"] = default_of(field.kind);
    }
    properties[std::string(field.name)] = std::move(schema);
    if (field.required() && absent == Absent::refused) required.push_back(field.name);
  }
  auto schema = object(std::move(properties), std::move(required));
  schema["additionalProperties"] = false;
  schema["description"] = description;
  schema["examples"] = Json::array({std::move(example)});
  return schema;
}

Json list(Links links) {
  const auto link = [&](std::string_view example, std::string_view description) {
    return Json{{"type", {"string", "null"}},
                {"examples", {links.to(example)}},
                {"description", description}};
  };
  const Json missing{{"type", "array"},
                     {"items", schema_of(field_infos[field_index("id")])},
                     {"description", "Where ids were asked for: those of no user."}};
  const Json total{{"type", "integer"},
                   {"minimum", 0},
                   {"description", "With Prefer: count=exact: the users on all pages."}};
  return object({{"users", {{"type", "array"}, {"items", {{"$ref", "#/components/schemas/User"}}}}},
                 {"next", link("/users?limit=50&after=50", "The next page; null on the last.")},
                 {"prev", link("/users?limit=50&before=51", "The page before; null on the first.")},
                 {"total", total},
                 {"missing", missing}},
                {"users"});
}

Json fault(std::string_view place, std::string_view description) {
  return object({{place, {{"type", "string"}, {"description", description}}},
                 {"detail", {{"type", "string"}}}},
                {place, "detail"});
}

Json problem(Links links) {
  Json types = Json::array();
  for (const auto type : every_problem_type) {
    types.push_back(address_of(type, links));
  }
  const auto text = [](std::string_view description) {
    return Json{{"type", "string"}, {"description", description}};
  };
  Json errors{{"type", "array"},
              {"maxItems", max_listed_faults},
              {"items",
               {{"oneOf",
                 {fault("pointer", "A JSON Pointer (RFC 6901) into the body."),
                  fault("parameter", "The name of a parameter of the query.")}}}},
              {"description", "What is wrong with the request, of the first faults."}};
  auto schema =
      object({{"type", {{"type", "string"}, {"enum", std::move(types)}}},
              {"title", text("The same for all problems of a type.")},
              {"status", {{"type", "integer"}, {"description", "The status of the answer."}}},
              {"detail", text("What happened this time.")},
              {"instance", text("The path of the request.")},
              {"trace_id", text("Under which the log has the problem: 32 hexadecimal digits.")},
              {"errors", std::move(errors)}},
             {"type", "title", "status", "detail"});
  schema["description"] = "A problem document (RFC 9457).";
  return schema;
}

Json problem_kind(Links links) {
  Json properties;
  constexpr auto type = ProblemType::user_not_found;
  const auto example = describe(type);
  const auto add = [&](std::string_view name, const Json& value, std::string_view description) {
    properties[std::string(name)] = {{"type", value.is_string() ? "string" : "integer"},
                                     {"examples", {value}},
                                     {"description", description}};
  };
  add("type", address_of(type, links), "That of its problem documents.");
  add("title", example.title, "That of its problem documents.");
  add("status", example.status, "That of its answers.");
  add("slug", example.slug, "The last segment of `type`.");
  add("when", example.when, "When it happens, and what to do about it.");
  auto schema = object(std::move(properties), {"type", "title", "status", "slug", "when"});
  schema["description"] = "A type of problem documents.";
  return schema;
}

}  // namespace

nlohmann::ordered_json schemas(Links links) {
  const Json whole{{"username", "ada"}, {"name", "Ada Lovelace"}, {"email", "ada@example.org"}};
  const Json part{{"active", false}, {"attributes", {{"room", "5"}}}};
  return {
      {"User", user()},
      {"NewUser",
       sent_user(ServerFields::refused, Absent::refused, "A user to be created.", whole)},
      {"UserReplacement",
       sent_user(ServerFields::compared, Absent::refused,
                 "The user as it is to be. A nullable field that is absent becomes null.", whole)},
      {"UserPatch", sent_user(ServerFields::compared, Absent::unchanged,
                              "A merge patch (RFC 7396): fields that are absent stay.", part)},
      {"UserList", list(links)},
      {"ChangesPage", changes_page_schema(links)},
      {"Problem", problem(links)},
      {"ProblemKind", problem_kind(links)},
      {"ProblemKinds",
       object({{"problems",
                {{"type", "array"}, {"items", {{"$ref", "#/components/schemas/ProblemKind"}}}}}},
              {"problems"})},
      {"OpenApi", object({{"openapi", {{"type", "string"}}},
                          {"info", {{"type", "object"}}},
                          {"servers", {{"type", "array"}}},
                          {"security", {{"type", "array"}}},
                          {"paths", {{"type", "object"}}},
                          {"components", {{"type", "object"}}}},
                         {"openapi", "info", "paths"})}};
}

}  // namespace rollcall::http
