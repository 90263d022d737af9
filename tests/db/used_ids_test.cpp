// The ids of deleted users in exports and imports from one database to another.
#include <sstream>

#include "tests/db/directories.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "transfer/export.hpp"
#include "transfer/import.hpp"

namespace rollcall::tests {
namespace {

using app::ExportFormat;
using app::ImportFormat;
using app::ImportSummary;

/// The result of an import of lines in batches of two: the summary, the reports and the error.
struct Imported {
  ImportSummary summary;
  std::string reports;
  std::string error;
};
Imported import(const EmptyDatabase& database, const std::string& lines, bool strict = false) {
  const TempDir folder;
  write_file(folder / "users", lines);
  const auto file = app::ImportFile::open((folder / "users").string());
  REQUIRE(file);
  std::ostringstream reports;
  app::ImportProgress progress{reports, false, "users", file->size()};
  const auto importer = database.importer();
  const auto summary = app::import_users(
      *importer, *file, {.format = ImportFormat::ndjson, .strict = strict}, 2, progress);
  REQUIRE(importer->close());
  return {summary.value_or(ImportSummary{}), reports.str(), summary ? "" : summary.error()};
}

std::string exported(const EmptyDatabase& database, ExportFormat format = ExportFormat::ndjson) {
  std::ostringstream out;
  REQUIRE(export_users(*database.exporter(), format, out));
  return out.str();
}

std::string names(const EmptyDatabase& database) {
  std::string all;
  for (const auto& user : database.users()) {
    all += std::to_string(user.id.value()) + " " + user.name.value() + "; ";
  }
  return all;
}

std::unique_ptr<EmptyDatabase> made(const std::string& engine) {
  for (const auto& entry : empty_databases()) {
    if (entry.name == engine) return entry.make();
  }
  FAIL("there is no engine " << engine);
  return nullptr;
}

const std::string five = R"({"id":2,"name":"Ada"}
{"id":3,"name":"Bob"}
{"id":5,"name":"Cyd"}
{"id":8,"name":"Dan"}
{"id":9,"name":"Eve"}
)";

}  // namespace

TEST_CASE("an export carries the ids that are used up, and an import takes them, on any engine") {
  const std::string from = GENERATE(std::string("SQLite"), std::string("PostgreSQL"));
  const std::string to = GENERATE(std::string("SQLite"), std::string("PostgreSQL"));
  INFO("from " << from << " to " << to);
  const auto old_one = made(from);
  REQUIRE(import(*old_one, five).summary.added == 5);
  old_one->execute("DELETE FROM users WHERE id IN (3, 5, 9)");
  // As by an older Rollcall, which did not record the ids of deleted users.
  old_one->execute("DELETE FROM deleted_users WHERE id = 9");
  const std::string text = exported(*old_one);
  const auto after_users = text.find("{\"id\":3,");
  REQUIRE(after_users != std::string::npos);
  CHECK(text.substr(after_users) ==
        "{\"id\":3,\"deleted\":true}\n{\"id\":5,\"deleted\":true}\n{\"last_id\":9}\n");

  const auto new_one = made(to);
  const auto moved = import(*new_one, text);
  CHECK(moved.error.empty());
  CHECK(moved.reports.empty());
  CHECK(moved.summary.added == 2);
  CHECK(moved.summary.skipped == 0);
  CHECK(exported(*new_one) == text);
  const auto later = import(*new_one, R"({"name":"Flo"}
{"id":5,"name":"Gus"}
{"id":9,"name":"Hal"}
)");
  CHECK(names(*new_one) == "2 Ada; 8 Dan; 9 Hal; 10 Flo; ");
  CHECK(later.reports == "users:2: the id 5 was a deleted user's, and is not given again\n");
}

TEST_CASE("an export without ids that are used up is users alone") {
  const auto database = any_empty_database();
  REQUIRE(import(*database, five).summary.added == 5);
  CHECK(exported(*database).find("deleted") == std::string::npos);
  CHECK(exported(*database).find("last_id") == std::string::npos);
}

TEST_CASE("an empty database passes its used-up ids on too") {
  const auto database = any_empty_database();
  const auto outcome = import(*database, "{\"id\":4,\"deleted\":true}\n{\"last_id\":7}\n");
  CHECK(outcome.reports.empty());
  CHECK(outcome.summary.used_up == 1);  // of a deleted user; the other line is the largest id
  CHECK(exported(*database) == "{\"id\":4,\"deleted\":true}\n{\"last_id\":7}\n");
  import(*database, "{\"name\":\"Ada\"}\n");
  CHECK(names(*database) == "8 Ada; ");
}

TEST_CASE("lines are imported in their order, whatever they hold and where batches end") {
  const auto database = any_empty_database();
  const auto outcome = import(*database, R"({"name":"Ada"}
{"id":1,"deleted":true}
{"id":2,"deleted":true}
{"id":2,"name":"Bob"}
{"name":"Cyd"}
{"last_id":6}
{"name":"Dan"}
{"last_id":5}
{"name":"Eve"}
)");
  CHECK(outcome.reports ==
        "users:2: the id 1 is taken\n"
        "users:4: the id 2 was a deleted user's, and is not given again\n");
  CHECK(outcome.summary.added == 4);
  CHECK(outcome.summary.used_up == 1);
  CHECK(outcome.summary.skipped == 2);
  CHECK(names(*database) == "1 Ada; 3 Cyd; 7 Dan; 8 Eve; ");
}

TEST_CASE("an id that was used up before is no error, the id of a user is one") {
  const auto database = any_empty_database();
  REQUIRE(import(*database, five).summary.added == 5);
  database->execute("DELETE FROM users WHERE id = 3");
  const bool strict = GENERATE(false, true);
  CHECK(
      import(*database, "{\"id\":3,\"deleted\":true}\n{\"last_id\":4}\n", strict).reports.empty());
  const auto outcome = import(*database, R"({"id":8,"deleted":true}
{"id":20,"deleted":true}
{"id":30,"name":"Flo"}
{"id":30,"deleted":true}
)",
                              strict);
  CHECK(outcome.reports == "users:1: the id 8 is taken\nusers:4: the id 30 is taken\n");
  const std::string added = strict ? "" : "30 Flo; ";
  CHECK(names(*database) == "2 Ada; 5 Cyd; 8 Dan; 9 Eve; " + added);
}

TEST_CASE("strict: a user whose id an earlier line uses up is found before anything is written") {
  const auto database = any_empty_database();
  const auto outcome =
      import(*database, "{\"id\":4,\"deleted\":true}\n{\"id\":4,\"name\":\"Ada\"}\n", true);
  CHECK(outcome.error == "1 errors; nothing was imported (--strict)");
  CHECK(exported(*database).empty());
}

TEST_CASE("CSV has users alone, and warns that ids were left out") {
  const auto database = any_empty_database();
  REQUIRE(import(*database, five).summary.added == 5);
  database->execute("DELETE FROM users WHERE id IN (3, 9)");
  std::ostringstream out;
  const auto counted = export_users(*database->exporter(), ExportFormat::csv, out);
  REQUIRE(counted);
  CHECK(counted->users == 3);
  CHECK(counted->used_ids == 2);
  CHECK(out.str().find("\n3,") == std::string::npos);
}

}  // namespace rollcall::tests
