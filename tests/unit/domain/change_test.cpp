#include "domain/change.hpp"

#include "tests/support/catch.hpp"

using rollcall::CreateUser;
using rollcall::DeleteUser;
using rollcall::Email;
using rollcall::PatchUser;
using rollcall::Precondition;
using rollcall::ReplaceUser;
using rollcall::SinceDate;
using rollcall::UserId;
using rollcall::UserName;
using rollcall::UserPatch;
using rollcall::VersionSet;

namespace {
constexpr rollcall::Timestamp now{};
const UserName ada = *UserName::parse("Ada");
const UserId seven = *UserId::from(7);
const UserName adele = *UserName::parse("Adele");
const Email mail = *Email::parse("ada@x.org");
constexpr auto later = now + std::chrono::milliseconds{5};
const rollcall::User stored{seven, ada, mail, 3, now, now};
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

TEST_CASE("a patch of other fields makes the next version, at its time") {
  const auto after = patched(stored, {adele, std::nullopt}, {}, {}, later);
  REQUIRE(after.has_value());
  CHECK(*after == rollcall::User{seven, adele, mail, 4, now, later});
}

TEST_CASE("a patch of the fields that a user has, or of none, gives the same user") {
  for (const UserPatch& patch :
       {UserPatch{std::nullopt, std::nullopt}, UserPatch{ada, std::nullopt},
        UserPatch{std::nullopt, mail}, UserPatch{ada, mail}}) {
    CHECK(patched(stored, patch, {}, {}, later) == stored);
  }
  auto without = stored;
  without.email.reset();
  CHECK(patched(without, {std::nullopt, std::optional<rollcall::Email>{}}, {}, {}, later) ==
        without);
}

TEST_CASE("an e-mail in another case is another one") {
  const UserPatch patch{std::nullopt, Email::parse("ada@X.org").value()};
  CHECK(patched(stored, patch, {}, {}, later)->version == 4);
}

TEST_CASE("a condition that fails refuses also a patch that changes no field") {
  const auto current = VersionSet{.versions = {3}};
  const Precondition by_version{.if_match = VersionSet{.versions = {2}}};
  const Precondition by_date{.if_unmodified_since = SinceDate{std::chrono::sys_seconds{}}};
  const Precondition by_none{.if_none_match = current};
  for (const auto& condition : {by_version, by_date, by_none}) {
    for (const UserPatch& patch :
         {UserPatch{ada, mail}, UserPatch{adele, mail}, UserPatch{std::nullopt, std::nullopt}}) {
      const auto refused = patched(stored, patch, condition, {}, later);
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().code == rollcall::ErrorCode::precondition_failed);
    }
  }
  CHECK(patched(stored, {ada, mail}, {.if_match = current}, {}, later) == stored);
}

TEST_CASE("a user that is not as expected is refused, also where it is as the patch asks") {
  const rollcall::ExpectedRecord second{.version = 2};
  for (const UserPatch& patch :
       {UserPatch{adele, mail}, UserPatch{ada, mail}, UserPatch{std::nullopt, std::nullopt}}) {
    const auto refused = patched(stored, patch, {}, second, later);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == rollcall::ErrorCode::validation_failed);
    CHECK(refused.error().version == 3);
    CHECK(patched(stored, patch, {}, {3, now, now}, later).has_value());
  }
}

TEST_CASE("a condition that fails is told before a user that is not as expected") {
  const Precondition by_version{.if_match = VersionSet{.versions = {2}}};
  for (const UserPatch& patch : {UserPatch{adele, mail}, UserPatch{ada, mail}}) {
    CHECK(patched(stored, patch, by_version, {.version = 2}, later).error().code ==
          rollcall::ErrorCode::precondition_failed);
  }
}

TEST_CASE("a change names its user, a create none") {
  CHECK_FALSE(target_of(CreateUser{ada, std::nullopt}));
  CHECK(target_of(ReplaceUser{seven, {ada, std::nullopt}}) == seven);
  CHECK(target_of(PatchUser{seven, {std::nullopt, std::nullopt}}) == seven);
  CHECK(target_of(DeleteUser{seven}) == seven);
}
