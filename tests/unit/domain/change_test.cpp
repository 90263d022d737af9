#include "domain/change.hpp"

#include "tests/support/catch.hpp"

using rollcall::CreateUser;
using rollcall::DeleteUser;
using rollcall::PatchUser;
using rollcall::Precondition;
using rollcall::ReplaceUser;
using rollcall::SinceDate;
using rollcall::UserId;
using rollcall::UserName;
using rollcall::VersionSet;

namespace {
constexpr rollcall::Timestamp now{};
const UserName ada = *UserName::parse("Ada");
const UserId seven = *UserId::from(7);
}  // namespace

TEST_CASE("without a precondition every version may be changed") {
  CHECK(Precondition{}.holds(1, now));
}

TEST_CASE("If-Match holds for the versions that it lists") {
  const Precondition precondition{.if_match = VersionSet{.versions = {2, 3}}};
  CHECK(precondition.holds(2, now));
  CHECK(precondition.holds(3, now));
  CHECK_FALSE(precondition.holds(1, now));
}

TEST_CASE("If-Match of a star holds for every row") {
  CHECK(Precondition{.if_match = VersionSet{.any = true}}.holds(9, now));
}

TEST_CASE("If-Match of an empty list holds for no row") {
  CHECK_FALSE(Precondition{.if_match = VersionSet{}}.holds(1, now));
}

TEST_CASE("If-None-Match holds for the versions that it does not list") {
  const Precondition precondition{.if_none_match = VersionSet{.versions = {2}}};
  CHECK(precondition.holds(1, now));
  CHECK_FALSE(precondition.holds(2, now));
}

TEST_CASE("If-None-Match of a star holds for no row that exists") {
  CHECK_FALSE(Precondition{.if_none_match = VersionSet{.any = true}}.holds(1, now));
}

TEST_CASE("both preconditions must hold") {
  const Precondition precondition{.if_match = VersionSet{.versions = {1, 2}},
                                  .if_none_match = VersionSet{.versions = {2}}};
  CHECK(precondition.holds(1, now));
  CHECK_FALSE(precondition.holds(2, now));
}

TEST_CASE("If-Unmodified-Since holds for a row that changed before its second") {
  using std::chrono::milliseconds;
  const std::chrono::sys_seconds date{std::chrono::seconds{GENERATE(784'111'777, 0, -5)}};
  const Precondition precondition{.if_unmodified_since = SinceDate{date}};
  CHECK(precondition.holds(1, date - milliseconds{1}));
  CHECK_FALSE(precondition.holds(1, date));
  CHECK_FALSE(precondition.holds(1, date + milliseconds{100}));
  CHECK_FALSE(precondition.holds(1, date + milliseconds{1'000}));
}

TEST_CASE("a change names its user, a create none") {
  CHECK_FALSE(target_of(CreateUser{ada, std::nullopt}));
  CHECK(target_of(ReplaceUser{seven, ada, std::nullopt}) == seven);
  CHECK(target_of(PatchUser{seven, std::nullopt, std::nullopt}) == seven);
  CHECK(target_of(DeleteUser{seven}) == seven);
}
