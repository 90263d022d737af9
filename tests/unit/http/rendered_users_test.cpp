#include "http/api/rendered_users.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

UserRef user(std::int64_t id, std::int64_t version = 1) {
  return std::make_shared<const User>(User{UserId::from(id).value(), UserName::parse("Ada").value(),
                                           std::nullopt, version, Timestamp{}, Timestamp{}});
}

TEST_CASE("a cached user is rendered once, and another object of the same id anew") {
  RenderedUsers rendered(100);
  const auto first = user(1);
  const auto* text = rendered.json_of(first).data();
  CHECK(rendered.json_of(first).data() == text);
  CHECK(rendered.json_of(first).find("\"version\":1") != std::string::npos);
  CHECK(rendered.json_of(user(1, 2)).find("\"version\":2") != std::string::npos);
  CHECK(rendered.json_of(user(1 + 128)).find("\"id\":129") != std::string::npos);
  CHECK(rendered.json_of(first).find("\"version\":1") != std::string::npos);
}

}  // namespace
}  // namespace rollcall::http
