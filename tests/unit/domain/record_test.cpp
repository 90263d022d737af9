#include "domain/record.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {
namespace {

const Record third{3, at_ms(1'000), at_ms(5'000)};

TEST_CASE("a user may be changed where nothing is expected, or what it has") {
  CHECK_FALSE(refuse(third, {}, {}));
  CHECK_FALSE(refuse(third, if_version(3), {3, at_ms(1'000), at_ms(5'000)}));
}

TEST_CASE("each field that is not as expected is named with the value that the user has") {
  const auto all = refuse(third, {}, {2, at_ms(1'001), at_ms(5'001)});
  REQUIRE(all);
  CHECK(all->code == ErrorCode::validation_failed);
  CHECK(all->detail == "3 fields are wrong");
  CHECK(all->version == 3);
  CHECK(all->fields == std::vector<FieldError>{
                           {"version", "is not the user's, which is 3"},
                           {"created_at", "is not the user's, which is 1970-01-01T00:00:01.000Z"},
                           {"updated_at", "is not the user's, which is 1970-01-01T00:00:05.000Z"}});
  const auto one = refuse(third, {}, {3, at_ms(1'000), at_ms(4'999)});
  REQUIRE(one);
  CHECK(one->detail == "1 field is wrong");
  CHECK(one->fields.size() == 1);
}

TEST_CASE("a precondition comes before what is expected") {
  const auto refused = refuse(third, if_version(2), {2, {}, {}});
  REQUIRE(refused);
  CHECK(refused->code == ErrorCode::precondition_failed);
  CHECK(refused->version == 3);
  CHECK(refuse(third, if_version(3), {2, {}, {}})->code == ErrorCode::validation_failed);
}

}  // namespace
}  // namespace rollcall::tests
