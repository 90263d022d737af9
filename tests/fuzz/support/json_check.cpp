#include "tests/fuzz/support/json_check.hpp"

#include <nlohmann/json.hpp>

#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {

namespace {

using Json = nlohmann::json;
using Kind = json::Member::Kind;

bool is_same(const json::Member& member, const Json& value) {
  switch (member.kind) {
    case Kind::null:
      return value.is_null();
    case Kind::boolean:
      return value.is_boolean() && value.get<bool>() == member.boolean;
    case Kind::integer:
      return value.is_number_integer() && value.get<std::int64_t>() == member.integer;
    case Kind::string:
      return value.is_string() && value.get_ref<const std::string&>() == member.text;
    case Kind::object:
      return value.is_object() && Json::parse(member.text) == value;
    case Kind::other:
      return value.is_structured() || value.is_number_float();
  }
  return false;
}

}  // namespace

bool is_json(std::string_view text) { return Json::accept(text); }

void require_document(const http::Problem& problem, std::string_view path) {
  const auto response =
      http::problem_response(problem, path, "0af7651916cd43dd8448eb211c80319c", {});
  require(is_json(response.body), "a problem document is JSON", {response.body});
  const auto document = Json::parse(response.body);
  require(document["status"] == response.status && document["detail"].is_string() &&
              document["trace_id"].is_string(),
          "a problem document has its members", {response.body});
  require(document.contains("instance") != path.empty(), "it names the path, if that is known");
  require(document.contains("errors") != problem.fields.empty(), "it lists the wrong fields");
}

void require_members(std::string_view object, const std::vector<json::Member>& members) {
  const auto tree = Json::parse(object);
  require(tree.is_object() && tree.size() == members.size(), "no member is lost", {object});
  for (const auto& member : members) {
    require(tree.contains(member.name) && is_same(member, tree[member.name]),
            "a member has the value of the text", {member.name, object});
  }
}

void require_user(std::string_view object, const User& user) {
  const auto tree = Json::parse(object);
  require(tree["id"] == user.id.value() && tree["name"] == user.name.value() &&
              tree["version"] == user.version,
          "a user's JSON has the user's values", {object});
  require(user.email ? tree["email"] == user.email->value() : tree["email"].is_null(),
          "a user's JSON has the user's e-mail", {object});
  require(user.username ? tree["username"] == user.username->value() : tree["username"].is_null(),
          "a user's JSON has the username", {object});
  require(user.external_id ? tree["external_id"] == user.external_id->value()
                           : tree["external_id"].is_null(),
          "a user's JSON has the external id", {object});
  require(
      tree["active"] == user.active && tree["attributes"] == Json::parse(user.attributes.value()),
      "a user's JSON has the user's attributes", {object});
}

}  // namespace rollcall::fuzz
