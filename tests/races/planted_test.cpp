// TSan must report races of our own code, although tests/tsan/caf_orders.cpp replaces functions of
// CAF.
#include <filesystem>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/child_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

#ifdef __SANITIZE_THREAD__

namespace {

struct Seen {
  int exit_code;
  std::string report;
};

/// Runs the program with this race.
Seen run_planted(const std::string& race) {
  const TempDir folder;
  Spawn spawn{.arguments = {race}};
  spawn.program = std::filesystem::path(program_path()).parent_path() / "planted_race";
  spawn.environment = {{"TSAN_OPTIONS", "halt_on_error=1"}};
  spawn.stderr_file = folder / "stderr";
  ChildProcess child(spawn);
  const auto exit_code = child.wait();
  if (!exit_code) FAIL("the program with the race " << race << " does not end");
  return {*exit_code, read_file(spawn.stderr_file)};
}

}  // namespace

TEST_CASE("TSan reports a race that is planted in an actor, a message, a reply or the mailbox") {
  const std::string race = GENERATE("state", "message", "sender", "reply", "mailbox");
  INFO(race);
  const auto seen = run_planted(race);
  CHECK(seen.exit_code == 66);  // TSan's exit code
  const std::string where = race == "state"     ? "bump_own_state"
                            : race == "mailbox" ? "LoopMailbox::push"
                                                : "bump_what_was_carried";
  INFO(seen.report);
  CHECK(seen.report.find("ThreadSanitizer: data race") != std::string::npos);
  CHECK(seen.report.find(where) != std::string::npos);
}

TEST_CASE("the same program without a planted race has no report, without any suppression") {
  const auto seen = run_planted("none");
  INFO(seen.report);
  CHECK(seen.exit_code == 0);
}

#endif

}  // namespace rollcall::tests
