// Importers and exporters, without the command line, on every engine.
#include "tests/db/directories.hpp"
#include "tests/db/imported.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {
namespace {

using db::ImportedUser;
using db::Importer;
using db::ImportRejection;
using Kind = ImportRejection::Kind;

std::vector<Importer::Added> add(Importer& importer, const std::vector<ImportedUser>& users) {
  auto added = importer.add(users, import_time);
  INFO((added ? "" : added.error()));
  REQUIRE(added.has_value());
  REQUIRE(added->size() == users.size());
  return std::move(*added);
}

void commit(Importer& importer, std::int64_t last_line = 1, bool finished = true) {
  const auto before = importer.resume_point(file_hash);
  REQUIRE(before.has_value());
  const auto committed = importer.commit(file_hash, {last_line, finished, "users.csv"}, *before);
  INFO((committed ? "" : committed.error()));
  REQUIRE(committed.has_value());
}

/// Imports these users in a batch of their own.
void import(const EmptyDatabase& database, const std::vector<ImportedUser>& users) {
  const auto importer = database.importer();
  for (const auto& added : add(*importer, users)) REQUIRE(added.has_value());
  commit(*importer);
}

/// The assigned ids; 0 where a user was refused.
std::vector<std::int64_t> ids_of(const std::vector<Importer::Added>& added) {
  std::vector<std::int64_t> ids;
  for (const auto& one : added) ids.push_back(one ? one->value() : 0);
  return ids;
}

TEST_CASE("imported users get ids in order, version 1 and the time of the import") {
  const auto database = any_empty_database();
  {
    const auto importer = database->importer();
    const auto added = add(*importer, {imported("Ada", "ada@example.org"), imported("Bob")});
    CHECK(ids_of(added) == std::vector<std::int64_t>{1, 2});
    commit(*importer);
  }
  const auto users = database->users();
  REQUIRE(users.size() == 2);
  CHECK(users[0] ==
        User{user_id(1), user_name("Ada"), e_mail("ada@example.org"), 1, import_time, import_time});
  CHECK(users[1] == User{user_id(2), user_name("Bob"), std::nullopt, 1, import_time, import_time});
}

TEST_CASE("what a line gives of version and times is kept") {
  const auto database = any_empty_database();
  auto user = imported("Ada", "ada@example.org", 42);
  user.version = 7;
  user.created_at = at_ms(1);
  user.updated_at = at_ms(2);
  import(*database, {user});
  const auto users = database->users();
  REQUIRE(users.size() == 1);
  CHECK(users[0] ==
        User{user_id(42), user_name("Ada"), e_mail("ada@example.org"), 7, at_ms(1), at_ms(2)});
}

TEST_CASE("an id that is given is kept, and later ids start above it") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  CHECK(*importer->last_id() == 0);
  const auto added =
      add(*importer, {imported("Ada"), imported("Bob", {}, 100), imported("Cyd"),
                      imported("Dan", {}, 50), imported("Eve"), imported("Flo", {}, 102)});
  CHECK(ids_of(added) == std::vector<std::int64_t>{1, 100, 101, 50, 102, 0});
  commit(*importer, 5, false);
  CHECK(*importer->last_id() == 102);
  CHECK(ids_of(add(*importer, {imported("Gus"), imported("Hal", {}, 105), imported("Ida")})) ==
        std::vector<std::int64_t>{103, 105, 106});
  commit(*importer, 8, true);
}

TEST_CASE("an id far above all others is kept, and later ids start above it") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  constexpr std::int64_t far = std::int64_t{1} << 60;
  CHECK(ids_of(add(*importer, {imported("Ada"), imported("Bob", {}, far), imported("Cyd"),
                               imported("Dan", {}, far - 1)})) ==
        std::vector<std::int64_t>{1, far, far + 1, far - 1});
  commit(*importer);
  CHECK(ids_of(add(*importer, {imported("Eve")})) == std::vector<std::int64_t>{far + 2});
}

TEST_CASE("without an id left an import says so and writes nothing") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  CHECK(ids_of(add(*importer, {imported("Ada", {}, last)})) == std::vector<std::int64_t>{last});
  commit(*importer, 1, false);
  CHECK_FALSE(importer->add({{imported("Bob")}}, import_time).has_value());
  CHECK(database->users().size() == 1);
}

TEST_CASE("an import keeps every field, and refuses a taken username or external id") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  const auto ada = [](std::string_view username, std::string_view external_id) {
    auto user = imported("Ada");
    user.fields.username = Username::parse(username).value();
    user.fields.external_id = ExternalId::parse(external_id).value();
    user.fields.active = false;
    user.fields.attributes = Attributes::parse(R"({"n":1.0})").value();
    return user;
  };
  const auto first = add(*importer, {ada("ada", "1"), ada("ADA", "2"), ada("bob", "1")});
  CHECK(ids_of(first) == std::vector<std::int64_t>{1, 0, 0});
  CHECK(first[1].error().detail == "the username ADA is taken");
  CHECK(first[2].error().kind == db::ImportRejection::Kind::external_id_taken);
  commit(*importer, 3, false);
  const auto second = add(*importer, {ada("Ada", "3"), ada("cyd", "1"), ada("dan", "4")});
  CHECK(ids_of(second) == std::vector<std::int64_t>{0, 0, 2});
  CHECK(second[0].error().kind == db::ImportRejection::Kind::username_taken);
  CHECK(second[1].error().detail == "the external id 1 is taken");
  commit(*importer);
  const auto users = database->users();
  REQUIRE(users.size() == 2);
  CHECK(users[0].fields() == ada("ada", "1").fields);
}

TEST_CASE("a user with a taken id or e-mail is refused, and the batch continues") {
  const auto database = any_empty_database();
  import(*database, {imported("Old", "old@example.org", 7)});
  const auto importer = database->importer();
  const auto added =
      add(*importer, {imported("Ada", "ada@example.org", 1), imported("Bob", "ADA@example.org"),
                      imported("Cyd", {}, 1), imported("Dan", "Old@example.org"),
                      imported("Eve", {}, 7), imported("Flo", "ada@example.org", 7),
                      imported("Gus", "ada@example.org"), imported("Hal")});
  CHECK(ids_of(added) == std::vector<std::int64_t>{1, 0, 0, 0, 0, 0, 0, 8});
  CHECK(added[1].error().kind == Kind::email_taken);
  CHECK(added[1].error().detail == "the e-mail ADA@example.org is taken");
  CHECK(added[2].error().kind == Kind::id_taken);
  CHECK(added[2].error().detail == "the id 1 is taken");
  CHECK(added[3].error().kind == Kind::email_taken);
  CHECK(added[4].error().kind == Kind::id_taken);
  CHECK(added[5].error().kind == Kind::id_taken);
  CHECK(added[6].error().kind == Kind::email_taken);
  commit(*importer);
  CHECK(database->users().size() == 3);
}

TEST_CASE("the reasons why users would be refused are reported without adding them") {
  const auto database = any_empty_database();
  import(*database, {imported("Ada", "ada@example.org", 7)});
  const auto importer = database->importer();
  const std::vector<ImportedUser> users{imported("Bob", "ADA@example.org", 7),
                                        imported("Cyd", "ADA@example.org"),
                                        imported("Dan", "dan@example.org", 8),
                                        imported("Dan", "dan@example.org", 8), imported("Eve")};
  const auto errors = importer->rejections_of(users);
  REQUIRE(errors.has_value());
  REQUIRE(errors->size() == 5);
  REQUIRE((*errors)[0]);
  CHECK((*errors)[0]->kind == Kind::id_taken);
  REQUIRE((*errors)[1]);
  CHECK((*errors)[1]->kind == Kind::email_taken);
  CHECK_FALSE((*errors)[2]);
  CHECK_FALSE((*errors)[3]);
  CHECK_FALSE((*errors)[4]);
  CHECK(database->users().size() == 1);
}

TEST_CASE("how far a file was read becomes durable with its batch") {
  const auto database = any_empty_database();
  {
    const auto importer = database->importer();
    CHECK_FALSE(importer->resume_point(file_hash)->has_value());
    add(*importer, {imported("Ada")});
    commit(*importer, 1'000, false);
    add(*importer, {imported("Bob")});
    // Interrupted: the second batch is not committed.
  }
  const auto importer = database->importer();
  auto point = *importer->resume_point(file_hash);
  REQUIRE(point.has_value());
  CHECK(point->last_line == 1'000);
  CHECK_FALSE(point->finished);
  CHECK(database->users().size() == 1);
  add(*importer, {});
  commit(*importer, 1'500, true);
  point = *importer->resume_point(file_hash);
  CHECK(point->last_line == 1'500);
  CHECK(point->finished);
  CHECK(point->file_name == "users.csv");
  CHECK_FALSE(importer->resume_point(std::string(64, 'b'))->has_value());
}

TEST_CASE("nothing is committed outside a batch") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  CHECK_FALSE(importer->commit(file_hash, {1, true}, std::nullopt).has_value());
  CHECK_FALSE(importer->resume_point(file_hash)->has_value());
}

TEST_CASE("a batch is refused whose content another import has taken further meanwhile") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  const auto refused = [&](const std::optional<db::ResumePoint>& before) {
    add(*importer, {imported("Twice")});
    const auto committed = importer->commit(file_hash, {2, true}, before);
    REQUIRE_FALSE(committed.has_value());
    CHECK(committed.error() == "another import of this content is under way");
  };
  add(*importer, {imported("Ada")});
  commit(*importer, 1, false);
  refused(std::nullopt);
  refused(db::ResumePoint{2, false});
  refused(db::ResumePoint{1, true});
  CHECK(database->users().size() == 1);
  CHECK(importer->resume_point(file_hash).value()->last_line == 1);
}

TEST_CASE("the id of a deleted user is not given again, not even by an import") {
  const auto database = any_empty_database();
  import(*database, {imported("Ada", {}, 5), imported("Bob", {}, 9)});
  database->execute("DELETE FROM users WHERE id = 9");
  const auto importer = database->importer();
  CHECK((*importer->rejections_of({{imported("Cyd", {}, 9)}}))[0]->kind == Kind::id_deleted);
  const auto added = add(*importer, {imported("Cyd", {}, 9), imported("Dan", {}, 7),
                                     imported("Eve", {}, 4), imported("Flo")});
  CHECK(ids_of(added) == std::vector<std::int64_t>{0, 7, 4, 10});
  CHECK(added[0].error().kind == Kind::id_deleted);
  CHECK(added[0].error().detail == "the id 9 was a deleted user's, and is not given again");
  commit(*importer);
  CHECK(database->users().size() == 4);
}

TEST_CASE("an export is one snapshot, whatever is written meanwhile") {
  const auto database = any_empty_database();
  const auto importer = database->importer();
  add(*importer, {imported("Ada"), imported("Bob")});
  commit(*importer, 2, false);
  const auto exporter = database->exporter();
  CHECK((*exporter->next())->name == user_name("Ada"));
  add(*importer, {imported("Cyd")});
  commit(*importer, 3, true);
  CHECK((*exporter->next())->name == user_name("Bob"));
  CHECK_FALSE(exporter->next()->has_value());
  CHECK_FALSE(exporter->next()->has_value());
  CHECK(database->users().size() == 3);
}

TEST_CASE("an export returns every user once, in order, however many there are") {
  const auto database = any_empty_database();
  std::vector<ImportedUser> users;
  for (int i = 0; i < 2'500; ++i) users.push_back(imported("U"));
  import(*database, users);
  const auto exported = database->users();
  REQUIRE(exported.size() == users.size());
  bool in_order = true;
  for (std::size_t i = 0; i < exported.size(); ++i) {
    in_order = in_order && exported[i].id.value() == static_cast<std::int64_t>(i) + 1;
  }
  CHECK(in_order);
}

}  // namespace
}  // namespace rollcall::tests
