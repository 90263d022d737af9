#include "http/api/rendered_users.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;

UserRef user(std::int64_t id, std::int64_t version = 1) {
  return std::make_shared<const User>(User{UserId::from(id).value(), UserName::parse("Ada").value(),
                                           std::nullopt, version, Timestamp{}, Timestamp{}});
}

TEST_CASE("a cached user is rendered once, and another object of the same id anew") {
  RenderedUsers rendered(100);
  const auto json_of = [&](const UserRef& of) -> const std::string& {
    return rendered.of(of, [] { return Timestamp{}; }).json;
  };
  const auto first = user(1);
  const auto* text = json_of(first).data();
  CHECK(json_of(first).data() == text);
  CHECK(json_of(first).find("\"version\":1") != std::string::npos);
  CHECK(json_of(user(1, 2)).find("\"version\":2") != std::string::npos);
  CHECK(json_of(user(1 + 128)).find("\"id\":129") != std::string::npos);
  CHECK(json_of(first).find("\"version\":1") != std::string::npos);
}

TEST_CASE("a cached user has its date from the end of its second on, and then asks for no time") {
  RenderedUsers rendered(100);
  const auto first = user(1);
  int asked = 0;
  const auto date_at = [&](int milliseconds_later) {
    return rendered
        .of(first,
            [&] {
              ++asked;
              return first->updated_at + milliseconds{milliseconds_later};
            })
        .last_modified;
  };
  CHECK(date_at(0).empty());
  CHECK(date_at(999).empty());
  CHECK(date_at(1'000) == "Thu, 01 Jan 1970 00:00:01 GMT");
  CHECK(asked == 3);
  CHECK(date_at(1'001) == "Thu, 01 Jan 1970 00:00:01 GMT");
  CHECK(asked == 3);
  CHECK(rendered.of(user(1, 2), [] { return Timestamp{}; }).last_modified.empty());
}

}  // namespace
}  // namespace rollcall::http
