// What every engine's writing store promises of a single change.
#include "tests/db/store_desk.hpp"

namespace rollcall::tests {
namespace {

PatchUser patch_name(std::int64_t id, std::string_view name, Precondition precondition = {}) {
  return {user_id(id), user_name(name), std::nullopt, std::move(precondition)};
}

PatchUser patch_email(std::int64_t id, std::optional<std::string_view> email) {
  PatchUser patch{user_id(id), std::nullopt, std::optional<Email>{}, {}};
  if (email) patch.email = std::optional(e_mail(*email));
  return patch;
}

TEST_CASE("a created user has the next id, version 1 and the time of its group") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto ada = desk.write(new_user("Ada", "ada@example.org"), at_ms(1'000));
  REQUIRE(ada.has_value());
  CHECK(**ada == User{user_id(1), user_name("Ada"), e_mail("ada@example.org"), 1, at_ms(1'000),
                      at_ms(1'000)});
  CHECK(desk.create("Bob") == 2);
  CHECK(*desk.user(1) == **ada);
}

TEST_CASE("the id of a deleted user is never given again") {
  StoreDesk desk(GENERATE(from_range(engines())));
  desk.create("Ada");
  const auto last = desk.create("Bob");
  REQUIRE(desk.write(DeleteUser{user_id(last)}).has_value());
  CHECK(desk.create("Cyd") > last);
}

TEST_CASE("replacing sets name and e-mail, raises the version and keeps the time of creation") {
  StoreDesk desk(GENERATE(from_range(engines())));
  REQUIRE(desk.write(new_user("Ada", "ada@example.org"), at_ms(1'000)).has_value());
  const auto replaced = desk.write(ReplaceUser{user_id(1), user_name("Bob"), {}}, at_ms(2'000));
  REQUIRE(replaced.has_value());
  CHECK(**replaced ==
        User{user_id(1), user_name("Bob"), std::nullopt, 2, at_ms(1'000), at_ms(2'000)});
  CHECK(*desk.user(1) == **replaced);
}

TEST_CASE("patching changes what is given and nothing else") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada", "ada@example.org");
  const auto renamed = desk.write(patch_name(id, "Adele"));
  CHECK((*renamed)->name == user_name("Adele"));
  CHECK((*renamed)->email == e_mail("ada@example.org"));
  CHECK((*renamed)->version == 2);
  const auto moved = desk.write(patch_email(id, "adele@example.org"));
  CHECK((*moved)->name == user_name("Adele"));
  CHECK((*moved)->email == e_mail("adele@example.org"));
  const auto removed = desk.write(patch_email(id, std::nullopt));
  CHECK_FALSE((*removed)->email.has_value());
  CHECK(*desk.user(id) == **removed);
}

TEST_CASE("a patch that gives nothing is a change all the same") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada");
  const auto patched = desk.write(PatchUser{user_id(id), {}, {}, {}}, at_ms(9));
  REQUIRE(patched.has_value());
  CHECK((*patched)->version == 2);
  CHECK((*patched)->updated_at == at_ms(9));
}

TEST_CASE("deleting brings no user, and the user is gone") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada");
  const auto deleted = desk.write(DeleteUser{user_id(id)});
  REQUIRE(deleted.has_value());
  CHECK(*deleted == nullptr);
  CHECK(desk.user(id) == nullptr);
  CHECK(code_of(desk.write(DeleteUser{user_id(id)})) == ErrorCode::user_not_found);
}

TEST_CASE("a user that is not there is not found, before any precondition") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = user_id(7);
  const auto name = user_name("Ada");
  CHECK(code_of(desk.write(ReplaceUser{id, name, {}})) == ErrorCode::user_not_found);
  CHECK(code_of(desk.write(PatchUser{id, name, {}, {}})) == ErrorCode::user_not_found);
  CHECK(code_of(desk.write(ReplaceUser{id, name, {}, if_version(1)})) == ErrorCode::user_not_found);
  CHECK(code_of(desk.write(DeleteUser{id, if_version(1)})) == ErrorCode::user_not_found);
  CHECK(desk.names() == "nobody");
}

TEST_CASE("a change whose expected version is not the user's is refused and changes nothing") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada");
  const auto refused = ErrorCode::precondition_failed;
  CHECK(code_of(desk.write(ReplaceUser{user_id(id), user_name("Bob"), {}, if_version(2)})) ==
        refused);
  CHECK(code_of(desk.write(patch_name(id, "Bob", if_version(2)))) == refused);
  CHECK(code_of(desk.write(DeleteUser{user_id(id), if_version(2)})) == refused);
  CHECK(desk.user(id)->name == user_name("Ada"));
  CHECK(desk.user(id)->version == 1);
}

TEST_CASE("a change whose expected version is the user's is applied") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada");
  CHECK(desk.write(ReplaceUser{user_id(id), user_name("Bob"), {}, if_version(1)}).has_value());
  CHECK(desk.write(patch_name(id, "Cyd", if_version(2))).has_value());
  const Precondition any{.if_match = VersionSet{.any = true}};
  CHECK(desk.write(patch_name(id, "Dan", any)).has_value());
  CHECK(desk.write(DeleteUser{user_id(id), if_version(4)}).has_value());
}

TEST_CASE("a change that excludes the user's version is refused") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada");
  const Precondition not_first{.if_none_match = VersionSet{.versions = {1}}};
  CHECK(code_of(desk.write(patch_name(id, "Bob", not_first))) == ErrorCode::precondition_failed);
  REQUIRE(desk.write(patch_name(id, "Cyd")).has_value());
  CHECK(desk.write(patch_name(id, "Dan", not_first)).has_value());
}

TEST_CASE("an e-mail belongs to one user, ignoring the case of ASCII letters") {
  StoreDesk desk(GENERATE(from_range(engines())));
  desk.create("Ada", "ada@example.org");
  const auto bob = desk.create("Bob");
  const auto taken = ErrorCode::email_taken;
  CHECK(code_of(desk.write(new_user("Cyd", "ADA@Example.ORG"))) == taken);
  CHECK(code_of(desk.write(
            ReplaceUser{user_id(bob), user_name("Bob"), e_mail("Ada@example.org")})) == taken);
  CHECK(code_of(desk.write(patch_email(bob, "adA@example.org"))) == taken);
  CHECK(desk.names() == "Ada,Bob");
  CHECK(desk.user(bob)->version == 1);
}

TEST_CASE("e-mails that differ in other letters than ASCII are different") {
  StoreDesk desk(GENERATE(from_range(engines())));
  desk.create("Ada", "\xC3\xA9mile@example.org");                              // é
  CHECK(desk.write(new_user("Bob", "\xC3\x89mile@example.org")).has_value());  // É
}

TEST_CASE("a user may keep its e-mail, and change its case") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto id = desk.create("Ada", "ada@example.org");
  CHECK(desk.write(ReplaceUser{user_id(id), user_name("Adele"), e_mail("ada@example.org")})
            .has_value());
  CHECK(desk.write(patch_email(id, "ADA@example.org")).has_value());
  CHECK(desk.user(id)->email == e_mail("ADA@example.org"));
}

TEST_CASE("many users may have no e-mail") {
  StoreDesk desk(GENERATE(from_range(engines())));
  desk.create("Ada");
  desk.create("Bob");
  CHECK(desk.names() == "Ada,Bob");
}

TEST_CASE("an e-mail that was given up is free") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto ada = desk.create("Ada", "ada@example.org");
  const auto bob = desk.create("Bob", "bob@example.org");
  REQUIRE(desk.write(patch_email(ada, std::nullopt)).has_value());
  REQUIRE(desk.write(DeleteUser{user_id(bob)}).has_value());
  CHECK(desk.write(new_user("Cyd", "ada@example.org")).has_value());
  CHECK(desk.write(new_user("Dan", "bob@example.org")).has_value());
}

TEST_CASE("after a refused create the next id is still a larger one") {
  StoreDesk desk(GENERATE(from_range(engines())));
  const auto ada = desk.create("Ada", "ada@example.org");
  CHECK(code_of(desk.write(new_user("Bob", "ada@example.org"))) == ErrorCode::email_taken);
  CHECK(desk.create("Cyd") > ada);
}

}  // namespace
}  // namespace rollcall::tests
