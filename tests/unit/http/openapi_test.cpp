#include "http/api/openapi.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "domain/user_fields.hpp"
#include "http/api/endpoints.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

using Json = nlohmann::ordered_json;

const Json& document() {
  static const auto document = openapi_of(every_endpoint(), {});
  return document;
}

const Endpoint& endpoint(std::string_view operation) {
  return *std::find_if(every_endpoint().begin(), every_endpoint().end(),
                       [&](const auto& each) { return each.operation == operation; });
}

bool has(const std::vector<ProblemType>& types, ProblemType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// All values of "$ref" in the document.
void collect_references(const Json& json, std::set<std::string>& found) {
  if (json.is_object() && json.contains("$ref")) found.insert(json["$ref"].get<std::string>());
  for (const auto& member : json) {
    if (member.is_structured()) collect_references(member, found);
  }
}

TEST_CASE("the OpenAPI document has an operation for each endpoint, of a name of its own") {
  CHECK(document()["openapi"] == "3.1.0");
  std::set<std::string> names;
  std::size_t operations = 0;
  for (const auto& path : document()["paths"]) {
    for (const auto& operation : path) {
      ++operations;
      names.insert(operation["operationId"].get<std::string>());
    }
  }
  CHECK(operations == every_endpoint().size());
  CHECK(names.size() == operations);
  CHECK(document()["paths"]["/users/{id}"]["patch"]["operationId"] == "patchUser");
}

TEST_CASE("the OpenAPI document names the fields of the head that an endpoint reads") {
  std::set<std::string> fields;
  for (const auto& parameter : document()["paths"]["/events"]["get"]["parameters"]) {
    if (parameter["in"] == "header") fields.insert(parameter["name"].get<std::string>());
  }
  CHECK(fields == std::set<std::string>{"Last-Event-ID", "Request-Timeout"});
}

TEST_CASE("each reference of the OpenAPI document leads somewhere") {
  std::set<std::string> references;
  collect_references(document(), references);
  CHECK(references.size() > 10);
  for (const auto& reference : references) {
    INFO(reference);
    REQUIRE(reference.starts_with("#/"));
    CHECK(document().contains(Json::json_pointer(reference.substr(1))));
  }
}

TEST_CASE("the schema of a user has the fields of the table, in their order, all required") {
  const auto& user = document()["components"]["schemas"]["User"];
  std::size_t index = 0;
  for (const auto& [name, schema] : user["properties"].items()) {
    const auto& field = field_infos.at(index);
    CHECK(name == field.name);
    CHECK(user["required"][index] == field.name);
    CHECK(schema.contains("description"));
    CHECK(schema["type"].is_array() == field.nullable);
    ++index;
  }
  CHECK(index == user_field_count);
}

TEST_CASE("a new user has the fields that a client may set, and must have those without null") {
  const auto& schemas = document()["components"]["schemas"];
  CHECK(schemas["NewUser"]["required"] == Json{"name"});
  CHECK_FALSE(schemas["NewUser"]["properties"].contains("id"));
  CHECK(schemas["UserReplacement"]["required"] == Json{"name"});
  CHECK(schemas["UserReplacement"]["properties"].contains("id"));
  CHECK_FALSE(schemas["UserPatch"].contains("required"));
  CHECK(schemas["UserPatch"]["additionalProperties"] == false);
}

TEST_CASE("what an endpoint declares implies the problems that it may answer") {
  const auto read = problems_of(endpoint("readUser"));
  CHECK(has(read, ProblemType::user_not_found));
  CHECK(has(read, ProblemType::precondition_failed));
  CHECK(has(read, ProblemType::deadline_exceeded));
  CHECK_FALSE(has(read, ProblemType::outcome_unknown));
  CHECK_FALSE(has(read, ProblemType::validation_failed));
  CHECK_FALSE(has(read, ProblemType::forbidden));
  const auto create = problems_of(endpoint("createUser"));
  CHECK(has(create, ProblemType::email_taken));
  CHECK(has(create, ProblemType::unsupported_media_type));
  CHECK(has(create, ProblemType::idempotency_mismatch));
  CHECK_FALSE(has(problems_of(endpoint("replaceUser")), ProblemType::idempotency_mismatch));
  CHECK_FALSE(has(create, ProblemType::user_not_found));
  const auto greeting = problems_of(endpoint("greet"));
  CHECK_FALSE(has(greeting, ProblemType::invalid_parameter));
  CHECK_FALSE(has(greeting, ProblemType::storage_unavailable));
}

TEST_CASE("the problems of a status are one response, whose schema names their types") {
  const auto& conflict = document()["paths"]["/users"]["post"]["responses"]["409"];
  const auto& schema = conflict["content"]["application/problem+json"]["schema"];
  CHECK(schema["allOf"][1]["properties"]["type"]["enum"] ==
        Json{"/problems/email-taken", "/problems/username-taken", "/problems/external-id-taken"});
  const auto& refused = document()["paths"]["/users/{id}"]["patch"]["responses"]["415"];
  CHECK(refused["headers"].contains("Accept-Patch"));
}

TEST_CASE("the OpenAPI document has the server at the URL by which clients reach it") {
  CHECK(document()["servers"] == Json{{{"url", "/"}}});
  const auto made = openapi_of(every_endpoint(), Links("https://users.example/api"));
  CHECK(made["servers"] == Json{{{"url", "https://users.example/api"}}});
  const auto& types = made["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
  for (const auto& type : types) {
    CHECK(type.get<std::string>().starts_with("https://users.example/api/problems/"));
  }
  CHECK(made.dump().find("\"/problems/not-found\"") == std::string::npos);
}

TEST_CASE("a field that stands in a response is described once") {
  for (const auto& [path, operations] : document()["paths"].items()) {
    for (const auto& operation : operations) {
      for (const auto& [status, response] : operation["responses"].items()) {
        INFO(path << " " << status);
        CHECK(response.contains("description"));
        if (!response.contains("headers")) continue;
        for (const auto& [name, header] : response["headers"].items()) {
          CHECK(document()["components"]["headers"].contains(name));
        }
      }
    }
  }
}

}  // namespace
}  // namespace rollcall::http
