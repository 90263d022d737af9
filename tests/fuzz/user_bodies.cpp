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

std::string body_of(const UserFields& fields) {
  std::string body = "{\"email\":";
  if (fields.email) {
    body += "\"" + std::string(http::JsonText(fields.email->value()).view()) + "\"";
  } else {
    body += "null";
  }
  return body + ",\"name\":\"" + std::string(http::JsonText(fields.name.value()).view()) + "\"}";
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
  patch->patch.apply_to(user);
  require(user.fields() == fields, "the patch changes nothing of its user", {text});
  const auto body = http::render_user(user);
  require_user(body, user);
  const auto replacement = http::parse_replacement(body, user.id);
  require(replacement && replacement->fields == fields, "what is shown can be put back", {text});
  const Record record{user.version, user.created_at, user.updated_at};
  require(!refuse(record, {}, replacement->expected), "and is that of the user", {text});
  const UserPage page{{std::make_shared<User>(user), std::make_shared<User>(user)}, true};
  require(is_json(http::render_page(page, std::string(text))), "a page is JSON", {text});
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
