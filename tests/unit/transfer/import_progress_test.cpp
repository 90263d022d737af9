#include "transfer/import_progress.hpp"

#include <sstream>

#include "tests/support/catch.hpp"

using rollcall::app::ImportProgress;

TEST_CASE("a terminal shows the progress of the import, and the bar is removed at its end") {
  std::ostringstream out;
  {
    ImportProgress progress{out, true, "users", 200};
    progress.at(100, 7);
    CHECK(out.str() == "\r\x1b[K[###############...............] 50%, line 7");
  }
  CHECK(out.str().ends_with("\r\x1b[K"));
}

TEST_CASE("an output that is no terminal gets errors only") {
  std::ostringstream out;
  {
    ImportProgress progress{out, false, "users", 200};
    progress.at(100, 7);
    progress.error(7, 7, "is wrong");
    progress.error(8, 10, "is wrong too");
  }
  CHECK(out.str() == "users:7: is wrong\nusers:8-10: is wrong too\n");
}

TEST_CASE("an error takes the place of the bar instead of being written behind it") {
  std::ostringstream out;
  ImportProgress progress{out, true, "users", 200};
  progress.at(200, 7);
  out.str("");
  progress.error(7, 7, "is wrong");
  CHECK(out.str() == "\r\x1b[Kusers:7: is wrong\n");
}

TEST_CASE("an empty file has no bar") {
  std::ostringstream out;
  ImportProgress progress{out, true, "users", 0};
  progress.at(0, 0);
  CHECK(out.str().empty());
}
