// Importing files and exporting databases, on every engine.
#include "transfer/import.hpp"

#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/db/directories.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "transfer/export.hpp"

using rollcall::app::ExportFormat;
using rollcall::app::ImportFile;
using rollcall::app::ImportFormat;
using rollcall::app::ImportOptions;
using rollcall::app::ImportProgress;
using rollcall::app::ImportSummary;
using rollcall::db::ImportedUser;
using rollcall::tests::any_empty_database;
using rollcall::tests::EmptyDatabase;
using rollcall::tests::TempDir;
using rollcall::tests::write_file;

namespace {

constexpr ImportOptions ndjson{.format = ImportFormat::ndjson};
constexpr ImportOptions strict{.format = ImportFormat::ndjson, .strict = true};
constexpr ImportOptions again{.format = ImportFormat::ndjson, .again = true};

/// An empty database and a file to import into it.
struct Place {
  TempDir folder{};
  std::unique_ptr<EmptyDatabase> database = any_empty_database();
  std::filesystem::path file = folder / "users";
  std::ostringstream reports{};

  tl::expected<ImportSummary, std::string> import(const ImportOptions& options, std::ostream& out,
                                                  std::size_t batch = 2) const {
    const auto importer = database->importer();
    const auto opened = ImportFile::open(file.string());
    REQUIRE(opened);
    ImportProgress progress{out, false, "users", opened->size()};
    return import_users(*importer, *opened, options, batch, progress);
  }
  tl::expected<ImportSummary, std::string> import(const ImportOptions& options) {
    return import(options, reports);
  }

  std::string exported(ExportFormat format = ExportFormat::ndjson) const {
    std::ostringstream out;
    REQUIRE(export_users(*database->exporter(), format, out));
    return out.str();
  }

  /// Every user as "id name email".
  std::string users() const {
    std::string all;
    for (const auto& user : database->users()) {
      if (!all.empty()) all += "; ";
      all += std::to_string(user.id.value()) + " " + user.name.value();
      if (user.email) all += " " + user.email->value();
    }
    return all;
  }
  std::string names() const {
    std::string all;
    for (const auto& user : database->users()) {
      if (!all.empty()) all += ' ';
      all += user.name.value();
    }
    return all;
  }
};

/// A stream buffer that calls `action` when anything is written to it.
class Trap final : public std::stringbuf {
 public:
  explicit Trap(std::function<void()> action) : action_(std::move(action)) {}

 private:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    action_();
    return std::stringbuf::xsputn(text, size);
  }
  std::function<void()> action_;
};

}  // namespace

TEST_CASE("ids are given in the order of the file, through several batches") {
  Place place;
  write_file(place.file, "{\"name\":\"A\"}\n{\"name\":\"B\"}\n{\"name\":\"C\"}\n");
  const auto summary = place.import(ndjson);
  REQUIRE(summary);
  CHECK(summary->added == 3);
  CHECK(summary->skipped == 0);
  CHECK(place.users() == "1 A; 2 B; 3 C");
}

TEST_CASE("an id in the line is kept if free, and later ids start above it") {
  Place place;
  write_file(place.file,
             "{\"name\":\"A\"}\n{\"name\":\"B\",\"id\":10}\n{\"name\":\"C\"}\n"
             "{\"name\":\"D\",\"id\":5}\n{\"name\":\"E\"}\n");
  REQUIRE(place.import(ndjson));
  CHECK(place.users() == "1 A; 5 D; 10 B; 11 C; 12 E");
}

TEST_CASE("bad lines are reported with number and reason and skipped, good ones are imported") {
  Place place;
  write_file(place.file,
             "{\"name\":\"A\",\"email\":\"a@b\"}\n{\"name\":\"\"}\n{\"name\":\"B\",\"email\":"
             "\"A@B\"}\n{\"name\":\"C\",\"id\":1}\n{\"name\":\"D\"}\n");
  const auto summary = place.import(ndjson);
  REQUIRE(summary);
  CHECK(summary->added == 2);
  CHECK(summary->skipped == 3);
  CHECK(place.reports.str() ==
        "users:2: name: is empty; a name has 1 to 200 characters other than space\n"
        "users:3: the e-mail A@B is taken\n"
        "users:4: the id 1 is taken\n");
  CHECK(place.users() == "1 A a@b; 2 D");
}

TEST_CASE("a finished import is refused unless it is asked for again") {
  Place place;
  write_file(place.file, "{\"name\":\"A\"}\n");
  REQUIRE(place.import(ndjson));
  const auto second = place.import(ndjson);
  REQUIRE_FALSE(second);
  CHECK(second.error() == "this content was imported before, as " + place.file.string() +
                              "; --again imports it once more");
  CHECK(place.users() == "1 A");
  REQUIRE(place.import(again));
  CHECK(place.users() == "1 A; 2 A");
}

TEST_CASE("the same content under another name counts as imported, other content does not") {
  Place place;
  write_file(place.file, "{\"name\":\"A\"}\n");
  REQUIRE(place.import(ndjson));
  place.file = place.folder / "copy";
  write_file(place.file, "{\"name\":\"A\"}\n");
  CHECK_FALSE(place.import(ndjson));
  write_file(place.file, "{\"name\":\"A\"}\n\n");
  CHECK(place.import(ndjson));
}

TEST_CASE("a killed import resumes after its last batch, nothing twice, nothing missing") {
  Place place;
  write_file(place.file,
             "{\"name\":\"A\"}\n{\"name\":\"B\"}\n{\"name\":\"C\"}\nbad\n{\"name\":\"E\"}\n");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {  // is killed at the report of line 4, with line 3 in an open transaction
    Trap trap{[] { raise(SIGKILL); }};
    std::ostream out{&trap};
    static_cast<void>(place.import(ndjson, out));
    _exit(1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(place.users() == "1 A; 2 B");

  const auto resumed = place.import(ndjson);
  REQUIRE(resumed);
  CHECK(resumed->after_line == 2);
  CHECK(resumed->added == 2);
  CHECK(resumed->skipped == 1);
  // The ids depend on the engine: PostgreSQL does not reuse those of the lost batch.
  CHECK(place.names() == "A B C E");
  CHECK_FALSE(place.import(ndjson));
}

TEST_CASE("an interrupted CSV import resumes by line, with line ends in quotes") {
  Place place;
  write_file(place.file, "name\n\"A\n\"\n\"B\n\"\nC\n");
  {
    const auto importer = place.database->importer();
    const auto sha256 = ImportFile::open(place.file.string())->sha256();
    const ImportedUser user{std::nullopt, *rollcall::UserName::parse("A"), std::nullopt};
    REQUIRE(importer->add({{user}}, {}));
    REQUIRE(importer->commit(*sha256, {3, false}, std::nullopt));
  }
  REQUIRE(place.import({.format = ImportFormat::csv}));
  CHECK(place.users() == "1 A; 2 B; 3 C");
}

TEST_CASE("a file that is changed while it is read stops the import before the batch is stored") {
  Place place;
  write_file(place.file, "{\"name\":\"A\"}\n{\"name\":\"B\"}\n{\"name\":\"C\"}\nbad\n");
  Trap trap{[&] { std::ofstream{place.file, std::ios::app} << "{\"name\":\"E\"}\n"; }};
  std::ostream out{&trap};
  const auto summary = place.import(ndjson, out);
  REQUIRE_FALSE(summary);
  CHECK(summary.error() ==
        "the file was changed while it was read; imported up to line 2 of what it was");
  CHECK(place.users() == "1 A; 2 B");
}

TEST_CASE("strict: one bad line anywhere, and nothing is written") {
  const std::string bad =
      GENERATE(as<std::string>{}, "bad", R"({"name":""})", R"({"name":"Z","email":"no address"})",
               R"({"name":"Z","email":"A@B"})", R"({"name":"Z","email":"Old@b"})",
               R"({"name":"Z","id":2})", R"({"name":"Z","id":1})");
  Place place;
  write_file(place.file, R"({"name":"Old","email":"old@b"})");
  REQUIRE(place.import(ndjson));
  write_file(place.file, "{\"name\":\"A\",\"email\":\"a@b\"}\n" + bad + "\n{\"name\":\"C\"}\n");
  const auto summary = place.import(strict);
  INFO(bad);
  REQUIRE_FALSE(summary);
  CHECK(summary.error() == "1 errors; nothing was imported (--strict)");
  CHECK(place.reports.str().starts_with("users:2: "));
  CHECK(place.users() == "1 Old old@b");
}

TEST_CASE("strict: a file without errors is imported as without strict") {
  Place place;
  write_file(place.file,
             "{\"name\":\"A\",\"email\":\"a@b\"}\n{\"name\":\"B\",\"id\":7}\n{\"name\":\"C\"}\n");
  REQUIRE(place.import(strict));
  CHECK(place.users() == "1 A a@b; 7 B; 8 C");
}

TEST_CASE("strict: an interrupted import does not report its own users as taken") {
  Place place;
  write_file(place.file, "{\"name\":\"A\",\"email\":\"a@b\"}\n{\"name\":\"B\"}\n");
  {
    const auto importer = place.database->importer();
    const auto sha256 = ImportFile::open(place.file.string())->sha256();
    const ImportedUser user{std::nullopt, *rollcall::UserName::parse("A"),
                            *rollcall::Email::parse("a@b")};
    REQUIRE(importer->add({{user}}, {}));
    REQUIRE(importer->commit(*sha256, {1, false}, std::nullopt));
  }
  REQUIRE(place.import(strict));
  CHECK(place.users() == "1 A a@b; 2 B");
}

TEST_CASE("an empty file imports no users") {
  Place place;
  write_file(place.file, "");
  const auto summary = place.import(ndjson);
  REQUIRE(summary);
  CHECK(summary->added == 0);
}

TEST_CASE("a CSV file without column names changes nothing") {
  Place place;
  write_file(place.file, "Ada\n");
  const auto summary = place.import({.format = ImportFormat::csv});
  REQUIRE_FALSE(summary);
  CHECK(summary.error().starts_with("line 1: unknown column \"Ada\""));
  CHECK(place.users().empty());
}

TEST_CASE("an export is imported as the same users, in either format") {
  const bool csv = GENERATE(false, true);
  const ExportFormat format = csv ? ExportFormat::csv : ExportFormat::ndjson;
  Place source;
  write_file(source.file,
             R"({"name":"Comma, \"quote\" \\ =1+1","email":"a@b"})"
             "\n"
             R"({"id":40,"name":"Jörg 😀","version":9,"created_at":"2001-01-01T00:00:00.001Z"})"
             "\n"
             R"({"name":"Eve","username":"Eve","active":false,"attributes":{"z":1.0,"a":"\n"}})");
  REQUIRE(source.import(ndjson));
  Place target;
  write_file(target.file, source.exported(format));
  REQUIRE(target.import({.format = csv ? ImportFormat::csv : ImportFormat::ndjson}));
  CHECK(target.exported() == source.exported());
  CHECK(target.users() == "1 Comma, \"quote\" \\ =1+1 a@b; 40 Jörg 😀; 41 Eve");
}

TEST_CASE("an exported NDJSON line has the keys of the HTTP API in their order") {
  Place place;
  write_file(place.file,
             R"({"id":4,"name":"A","version":2,"created_at":"2001-01-01T00:00:00.001Z",)"
             R"("updated_at":"2002-02-02T00:00:00.002Z","attributes":{"n": 1.0}})");
  REQUIRE(place.import(ndjson));
  CHECK(place.exported() ==
        R"({"id":4,"username":null,"name":"A","email":null,"external_id":null,"active":true,)"
        R"("attributes":{"n":1.0},"version":2,"created_at":"2001-01-01T00:00:00.001Z",)"
        "\"updated_at\":\"2002-02-02T00:00:00.002Z\"}\n");
}

TEST_CASE("an export to a full disk is an error") {
  Place place;
  write_file(place.file, "{\"name\":\"A\"}\n");
  REQUIRE(place.import(ndjson));
  std::ofstream full{"/dev/full"};
  CHECK_FALSE(export_users(*place.database->exporter(), ExportFormat::ndjson, full));
}
