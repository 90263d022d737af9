// What the write store of every engine promises for a single change.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

PatchUser patch_name(std::int64_t id, std::string_view name, Precondition precondition = {}) {
  return {user_id(id), {user_name(name), std::nullopt}, std::move(precondition)};
}

PatchUser patch_email(std::int64_t id, std::optional<std::string_view> email) {
  PatchUser patch{user_id(id), std::nullopt, std::optional<Email>{}, {}};
  if (email) patch.patch.email = std::optional(e_mail(*email));
  return patch;
}

TEST_CASE("a created user has the next id, version 1 and the time of its group") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto ada = fixture.write(new_user("Ada", "ada@example.org"), at_ms(1'000));
  REQUIRE(ada.has_value());
  CHECK(**ada == User{user_id(1), user_name("Ada"), e_mail("ada@example.org"), 1, at_ms(1'000),
                      at_ms(1'000)});
  CHECK(fixture.create("Bob") == 2);
  CHECK(*fixture.user(1) == **ada);
}

TEST_CASE("the id of a deleted user is never given again") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto last = fixture.create("Bob");
  REQUIRE(fixture.write(DeleteUser{user_id(last)}).has_value());
  CHECK(fixture.create("Cyd") > last);
}

TEST_CASE("replacing sets name and e-mail, raises the version and keeps the time of creation") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  REQUIRE(fixture.write(new_user("Ada", "ada@example.org"), at_ms(1'000)).has_value());
  const auto replaced =
      fixture.write(ReplaceUser{user_id(1), {user_name("Bob"), {}}}, at_ms(2'000));
  REQUIRE(replaced.has_value());
  CHECK(**replaced ==
        User{user_id(1), user_name("Bob"), std::nullopt, 2, at_ms(1'000), at_ms(2'000)});
  CHECK(*fixture.user(1) == **replaced);
}

TEST_CASE("patching changes what is given and nothing else") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = fixture.create("Ada", "ada@example.org");
  const auto renamed = fixture.write(patch_name(id, "Adele"));
  CHECK((*renamed)->name == user_name("Adele"));
  CHECK((*renamed)->email == e_mail("ada@example.org"));
  CHECK((*renamed)->version == 2);
  const auto moved = fixture.write(patch_email(id, "adele@example.org"));
  CHECK((*moved)->name == user_name("Adele"));
  CHECK((*moved)->email == e_mail("adele@example.org"));
  const auto removed = fixture.write(patch_email(id, std::nullopt));
  CHECK_FALSE((*removed)->email.has_value());
  CHECK(*fixture.user(id) == **removed);
}

TEST_CASE("deleting returns no user, and the user is gone") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = fixture.create("Ada");
  const auto deleted = fixture.write(DeleteUser{user_id(id)});
  REQUIRE(deleted.has_value());
  CHECK(*deleted == nullptr);
  CHECK(fixture.user(id) == nullptr);
  CHECK(code_of(fixture.write(DeleteUser{user_id(id)})) == ErrorCode::user_not_found);
}

TEST_CASE("a missing user is not found, before any precondition") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = user_id(7);
  const auto name = user_name("Ada");
  CHECK(code_of(fixture.write(ReplaceUser{id, {name, {}}})) == ErrorCode::user_not_found);
  CHECK(code_of(fixture.write(PatchUser{id, {name, {}}, {}})) == ErrorCode::user_not_found);
  CHECK(code_of(fixture.write(ReplaceUser{id, {name, {}}, if_version(1)})) ==
        ErrorCode::user_not_found);
  CHECK(code_of(fixture.write(DeleteUser{id, if_version(1)})) == ErrorCode::user_not_found);
  CHECK(fixture.names() == "nobody");
}

TEST_CASE("a change whose expected version is not the user's is refused and changes nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = fixture.create("Ada");
  const auto refused = ErrorCode::precondition_failed;
  CHECK(code_of(fixture.write(ReplaceUser{user_id(id), {user_name("Bob"), {}}, if_version(2)})) ==
        refused);
  CHECK(code_of(fixture.write(patch_name(id, "Bob", if_version(2)))) == refused);
  CHECK(code_of(fixture.write(DeleteUser{user_id(id), if_version(2)})) == refused);
  CHECK(fixture.user(id)->name == user_name("Ada"));
  CHECK(fixture.user(id)->version == 1);
}

TEST_CASE("a change whose expected version is the user's is applied") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = fixture.create("Ada");
  CHECK(fixture.write(ReplaceUser{user_id(id), {user_name("Bob"), {}}, if_version(1)}).has_value());
  CHECK(fixture.write(patch_name(id, "Cyd", if_version(2))).has_value());
  const Precondition any{.if_match = VersionSet{.any = true}};
  CHECK(fixture.write(patch_name(id, "Dan", any)).has_value());
  CHECK(fixture.write(DeleteUser{user_id(id), if_version(4)}).has_value());
}

TEST_CASE("a change that excludes the user's version is refused") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = fixture.create("Ada");
  const Precondition not_first{.if_none_match = VersionSet{.versions = {1}}};
  CHECK(code_of(fixture.write(patch_name(id, "Bob", not_first))) == ErrorCode::precondition_failed);
  REQUIRE(fixture.write(patch_name(id, "Cyd")).has_value());
  CHECK(fixture.write(patch_name(id, "Dan", not_first)).has_value());
}

TEST_CASE("an e-mail belongs to one user, ignoring the case of ASCII letters") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "ada@example.org");
  const auto bob = fixture.create("Bob");
  const auto taken = ErrorCode::email_taken;
  CHECK(code_of(fixture.write(new_user("Cyd", "ADA@Example.ORG"))) == taken);
  CHECK(code_of(fixture.write(
            ReplaceUser{user_id(bob), {user_name("Bob"), e_mail("Ada@example.org")}})) == taken);
  CHECK(code_of(fixture.write(patch_email(bob, "adA@example.org"))) == taken);
  CHECK(fixture.names() == "Ada,Bob");
  CHECK(fixture.user(bob)->version == 1);
}

TEST_CASE("e-mails that differ in more than case are different") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "\u00E9mile@example.org");
  CHECK(fixture.write(new_user("Bob", "emile@example.org")).has_value());
}

TEST_CASE("a user may keep its e-mail, and change its case") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto id = fixture.create("Ada", "ada@example.org");
  CHECK(fixture.write(ReplaceUser{user_id(id), {user_name("Adele"), e_mail("ada@example.org")}})
            .has_value());
  CHECK(fixture.write(patch_email(id, "ADA@example.org")).has_value());
  CHECK(fixture.user(id)->email == e_mail("ADA@example.org"));
}

TEST_CASE("many users may have no e-mail") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  fixture.create("Bob");
  CHECK(fixture.names() == "Ada,Bob");
}

TEST_CASE("an e-mail that was given up is free") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto ada = fixture.create("Ada", "ada@example.org");
  const auto bob = fixture.create("Bob", "bob@example.org");
  REQUIRE(fixture.write(patch_email(ada, std::nullopt)).has_value());
  REQUIRE(fixture.write(DeleteUser{user_id(bob)}).has_value());
  CHECK(fixture.write(new_user("Cyd", "ada@example.org")).has_value());
  CHECK(fixture.write(new_user("Dan", "bob@example.org")).has_value());
}

TEST_CASE("after a refused create the next id is still a larger one") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto ada = fixture.create("Ada", "ada@example.org");
  CHECK(code_of(fixture.write(new_user("Bob", "ada@example.org"))) == ErrorCode::email_taken);
  CHECK(fixture.create("Cyd") > ada);
}

}  // namespace
}  // namespace rollcall::tests
