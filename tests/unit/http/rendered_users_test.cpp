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
    return rendered.of(of, [] { return Timestamp{}; })->body;
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
  const auto fields_at = [&](int milliseconds_later) {
    const auto now = [&] {
      ++asked;
      return first->updated_at + milliseconds{milliseconds_later};
    };
    return rendered.of(first, now)->fields;
  };
  const std::string undated = "ETag: \"1\"\r\nCache-Control: private, no-cache\r\n";
  const std::string dated = undated + "Last-Modified: Thu, 01 Jan 1970 00:00:01 GMT\r\n";
  CHECK(fields_at(0) == undated);
  CHECK(fields_at(999) == undated);
  CHECK(fields_at(1'000) == dated);
  CHECK(asked == 3);
  CHECK(fields_at(1'001) == dated);
  CHECK(asked == 3);
  CHECK(rendered.of(user(1, 2), [] { return Timestamp{}; })->fields ==
        "ETag: \"2\"\r\nCache-Control: private, no-cache\r\n");
}

}  // namespace
}  // namespace rollcall::http
