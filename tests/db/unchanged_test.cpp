// What the write store of every engine promises for a change that changes no field of its user.
#include "tests/db/store_fixture.hpp"

namespace rollcall::tests {
namespace {

constexpr std::string_view ada_at = "ada@example.org";

ReplaceUser put(std::int64_t id, std::string_view name, std::optional<std::string_view> email = {},
                Precondition precondition = {}) {
  return {user_id(id), new_user(name, email).fields, std::move(precondition)};
}

PatchUser patch(std::optional<std::string_view> name, std::optional<std::string_view> email = {},
                Precondition precondition = {}) {
  UserPatch fields{std::nullopt, std::nullopt};
  if (name) fields.name = user_name(*name);
  if (email) fields.email = e_mail(*email);
  return {user_id(1), std::move(fields), std::move(precondition)};
}

// The versions after a group, 0 where a write was refused.
std::string versions_of(const actors::WriteGroupReply& replies) {
  std::string text;
  for (const auto& reply : replies) {
    text += (text.empty() ? "" : " ") + std::to_string(reply ? (*reply)->version : 0);
  }
  return text;
}

TEST_CASE("a write of the fields that the user has makes no version, and keeps its time") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  const auto ada = fixture.write(new_user("Ada", ada_at), at_ms(1'000));
  REQUIRE(ada.has_value());
  for (const Change& change : std::vector<Change>{put(1, "Ada", ada_at), patch({}), patch("Ada"),
                                                  patch({}, ada_at), patch("Ada", ada_at)}) {
    const auto written = fixture.write(change, at_ms(2'000));
    REQUIRE(written.has_value());
    CHECK(**written == **ada);
    CHECK(*fixture.user(1) == **ada);
  }
  CHECK((*fixture.write(patch("Eve"), at_ms(3'000)))->updated_at == at_ms(3'000));
}

TEST_CASE("a write that removes the e-mail of a user without one makes no version") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const PatchUser without{user_id(1), std::nullopt, std::optional<Email>{}, {}};
  CHECK((*fixture.write(without))->version == 1);
  CHECK((*fixture.write(put(1, "Ada")))->version == 1);
  CHECK((*fixture.write(patch({}, ada_at)))->version == 2);
  CHECK((*fixture.write(without))->version == 3);
}

TEST_CASE("another case of a name or an e-mail is a change") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", "Ada@example.org");
  CHECK((*fixture.write(patch({}, ada_at)))->version == 2);
  CHECK((*fixture.write(put(1, "ada", ada_at)))->version == 3);
  CHECK(fixture.user(1)->email == e_mail(ada_at));
  CHECK(fixture.user(1)->name == user_name("ada"));
}

TEST_CASE("a write whose condition fails is refused, also where it would change nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  REQUIRE(fixture.write(put(1, "Eve", ada_at, if_version(1)), at_ms(5'000)).has_value());
  const auto eve = fixture.user(1);
  const auto refused = ErrorCode::precondition_failed;
  for (const auto& condition : {if_version(1), if_version(9), if_unmodified_since(1)}) {
    for (const Change& change :
         std::vector<Change>{put(1, "Eve", ada_at, condition), patch("Eve", {}, condition),
                             patch({}, ada_at, condition), patch({}, {}, condition),
                             put(1, "Bob", {}, condition)}) {
      CHECK(code_of(fixture.write(change, at_ms(9'000))) == refused);
    }
  }
  CHECK(*fixture.user(1) == *eve);
  CHECK(**fixture.write(put(1, "Eve", ada_at, if_version(2))) == *eve);
}

TEST_CASE("If-None-Match that matches refuses also a write that would change nothing") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const Precondition star{.if_none_match = VersionSet{.any = true}};
  const Precondition first{.if_none_match = VersionSet{.versions = {1}}};
  const Precondition both{.if_match = VersionSet{.versions = {9}},
                          .if_none_match = VersionSet{.versions = {1}}};
  for (const auto& condition : {star, first, both}) {
    CHECK(code_of(fixture.write(put(1, "Ada", {}, condition))) == ErrorCode::precondition_failed);
  }
  const Precondition second{.if_none_match = VersionSet{.versions = {2}}};
  CHECK((*fixture.write(put(1, "Ada", {}, second)))->version == 1);
}

TEST_CASE("a write is compared with what those before it in its group have made of the user") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto replies = fixture.write_group(
      {put(1, "Bob"), put(1, "Bob"), put(1, "Cyd"), put(1, "Bob", {}, if_version(2)),
       put(1, "Cyd", {}, if_version(2)), put(1, "Bob"), new_user("Dan"), put(2, "Dan")});
  CHECK(versions_of(replies) == "2 2 3 0 0 4 1 1");
  CHECK(code_of(replies[3]) == ErrorCode::precondition_failed);
  CHECK(code_of(replies[4]) == ErrorCode::precondition_failed);
  CHECK(fixture.names() == "Bob,Dan");
  CHECK(fixture.user(1)->version == 4);
}

TEST_CASE("a write that changes nothing does not affect the others of its group, nor they it") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada", ada_at);
  fixture.create("Bob");
  const auto replies = fixture.write_group({put(2, "Bob", ada_at), put(1, "Ada", ada_at),
                                            put(2, "Bob"), put(3, "Nobody"), new_user("Cyd"),
                                            put(2, "Ben"), new_user("Dan", ada_at)});
  CHECK(versions_of(replies) == "0 1 1 0 1 2 0");
  CHECK(code_of(replies[0]) == ErrorCode::email_taken);
  CHECK(code_of(replies[3]) == ErrorCode::user_not_found);
  CHECK(code_of(replies[6]) == ErrorCode::email_taken);
  CHECK(fixture.names() == "Ada,Ben,Cyd");
}

TEST_CASE("a user that a write of its group found as it is to be can be deleted behind it") {
  StoreFixture fixture(GENERATE(from_range(engines())));
  fixture.create("Ada");
  const auto replies =
      fixture.write_group({put(1, "Ada"), DeleteUser{user_id(1), if_version(1)}, put(1, "Ada")});
  CHECK((*replies[0])->version == 1);
  CHECK(replies[1].has_value());
  CHECK(code_of(replies[2]) == ErrorCode::user_not_found);
}

}  // namespace
}  // namespace rollcall::tests
