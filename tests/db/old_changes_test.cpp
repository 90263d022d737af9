// How long the log of changes keeps a change, and where it begins, on both engines.
#include "tests/db/open_stores.hpp"

namespace rollcall::tests {
namespace {

constexpr std::size_t before_the_log = 6;

class LogFixture : public OpenStores {
 public:
  explicit LogFixture(const Made& make, std::size_t known = before_the_log,
                      const std::string& sql = {})
      : OpenStores(make, known, sql) {}
  /// The changes behind this one: their number, or "expired".
  std::string after(std::int64_t seq) {
    const auto page = (*this)->changes({.after = seq, .limit = 500});
    if (!page) return page.error().code == ErrorCode::changes_expired ? "expired" : "failed";
    return std::to_string(page->changes.size());
  }
};

constexpr const char* add_user =
    "INSERT INTO users (name, version, created_at, updated_at) VALUES ('Ada', 1, 0, 0)";

TEST_CASE("a log that was made for an empty directory is read from 0") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  CHECK(log.after(0) == "0");
  log->create("Ada");
  CHECK(log.after(0) == "1");
}

TEST_CASE("a log that lacks the users from before it is not read from 0") {
  LogFixture log(GENERATE(from_range(engines_of_others)), before_the_log, add_user);
  CHECK(log.after(0) == "expired");
  const auto end = log->changes({}).value().next;
  CHECK(log.after(end) == "0");
  log->create("Bob");
  CHECK(log.after(end) == "1");
  CHECK(log.after(0) == "expired");
}

TEST_CASE("changes that are too old are removed after a write, and their readers told") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  for (int i = 0; i < 5; ++i) log->create("Guest");
  const auto seqs = [&] {
    std::vector<std::int64_t> all{0};
    const auto page = log->changes({.after = 0}).value();
    for (const auto& change : page.changes) all.push_back(change.seq);
    return all;
  }();
  REQUIRE(seqs.size() == 6);
  // By the fixture's clock it is 2023.
  log.database().execute("UPDATE changes SET at = 1600000000000 WHERE seq <= " +
                         std::to_string(seqs[3]));
  CHECK(log.after(0) == "5");
  log->create("Last");
  log.remove();
  CHECK(log.database().number("SELECT min(seq) FROM changes") == seqs[3]);
  CHECK(log.after(seqs[2]) == "expired");
  CHECK(log.after(seqs[3]) == "3");
  CHECK(log.after(seqs[5]) == "1");
}

TEST_CASE("of a log whose changes are all too old the last stays, and cursors stay valid") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  for (int i = 0; i < 5; ++i) log->create("Guest");
  log.database().execute("UPDATE changes SET at = 1600000000000");
  log.remove();
  CHECK(log.database().number("SELECT count(*) FROM changes") == 1);
  const auto end = log->changes({}).value().next;
  CHECK(log.after(end) == "0");
  log->create("Next");
  CHECK(log.after(end) == "1");
}

TEST_CASE("many changes that are too old are removed a few at a time") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  std::string rows = "INSERT INTO changes (user_id, version, kind, at) VALUES (1, 1, 'created', 0)";
  for (int i = 1; i < 5'000; ++i) rows += ", (1, 1, 'updated', 0)";
  log.database().execute(rows);
  log->create("Ada");
  log.remove(1);
  CHECK(log.database().number("SELECT count(*) FROM changes") == 5'002 - 1'999);
  log.remove();
  CHECK(log.database().number("SELECT count(*) FROM changes") == 2);
}

}  // namespace
}  // namespace rollcall::tests
