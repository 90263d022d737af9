// The bodies of POST, PUT and PATCH, and the reader of JSON objects below them.
#include <string>

#include "http/api/json_user.hpp"
#include "http/api/user_body.hpp"
#include "http/wire/json_text.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/json_check.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

template <class Field>
std::string text_of(const std::optional<Field>& field) {
  if (!field) return "null";
  return "\"" + std::string(http::JsonText(field->value()).view()) + "\"";
}

std::string body_of(const UserFields& fields) {
  return "{\"email\":" + text_of(fields.email) + ",\"username\":" + text_of(fields.username) +
         ",\"external_id\":" + text_of(fields.external_id) +
         ",\"active\":" + (fields.active ? "true" : "false") +
         ",\"attributes\":" + fields.attributes.value() +
         ",\"name\":" + text_of(std::optional(fields.name)) + "}";
}

void check_object(std::string_view text) {
  const auto members = json::parse_object(text);
  if (members) {
    require(is_json(text), "what is read as an object is JSON", {text});
    return require_members(text, *members);
  }
  // The other reader takes a NUL for the end of the text.
  const bool malformed =
      members.error().starts_with("is not valid JSON") && text.find('\0') == std::string_view::npos;
  require(!malformed || !is_json(text), "what is refused as malformed is no JSON", {text});
}

void check_user(const UserFields& fields, std::string_view text) {
  const auto again = http::parse_user(body_of(fields));
  require(again && *again == fields, "a user that is written can be read", {text});
  auto user = new_user(*UserId::from(1), fields, Timestamp{});
  const auto patch = http::parse_user_patch(text, user.id);
  require(patch && patch->patch.name == fields.name, "a user is a patch too", {text});
  require(patch->patch.email.value_or(std::nullopt) == fields.email, "with the same e-mail",
          {text});
  require(patch->patch.apply_to(user).has_value(), "the patch fits its user", {text});
  // In a patch a null removes a key.
  if (fields.attributes.value().find("null") == std::string::npos) {
    require(user.fields() == fields, "the patch changes nothing of its user", {text});
  }
  const auto merged = user.attributes;
  require(merged == Attributes::parse(merged.value()), "attributes are kept as they are read",
          {text});
  user = new_user(user.id, fields, Timestamp{});
  const auto body = http::render_user(user);
  require_user(body, user);
  const auto replacement = http::parse_replacement(body, user.id);
  require(replacement && replacement->fields == fields, "what is shown can be put back", {text});
  const Record record{user.version, user.created_at, user.updated_at};
  require(!refuse(record, {}, replacement->expected), "and is that of the user", {text});
  const std::vector<UserRef> users{std::make_shared<User>(user), std::make_shared<User>(user)};
  require(is_json(http::render_page(users, {std::string(text)})), "a page is JSON", {text});
}

void check_problem(const http::Problem& problem, std::string_view text) {
  require(problem.type == http::ProblemType::malformed_json ||
              (problem.type == http::ProblemType::validation_failed && !problem.fields.empty()),
          "the error of a body says what is wrong", {text});
  require_document(problem, text);
}

}  // namespace

void check(std::string_view input) {
  check_object(input);
  const auto user = http::parse_user(input);
  const auto id = *UserId::from(1);
  const auto replacement = http::parse_replacement(input, id);
  const auto patch = http::parse_user_patch(input, id);
  if (user) check_user(*user, input);
  if (!user) check_problem(user.error(), input);
  if (!patch) {
    check_problem(patch.error(), input);
    require(!user && !replacement, "what is no patch is no user", {input});
  }
  if (!replacement) {
    check_problem(replacement.error(), input);
    require(!user, "a new user can replace another", {input});
  }
}

}  // namespace rollcall::fuzz
