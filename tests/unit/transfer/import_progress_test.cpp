#include "transfer/import_progress.hpp"

#include <sstream>

#include "tests/support/catch.hpp"

using rollcall::app::ImportProgress;

TEST_CASE("a terminal shows how far the import is, and nothing of that stays") {
  std::ostringstream out;
  {
    ImportProgress progress{out, true, "users", 200};
    progress.at(100, 7);
    CHECK(out.str() == "\r\x1b[K[###############...............] 50%, line 7");
  }
  CHECK(out.str().ends_with("\r\x1b[K"));
}

TEST_CASE("what is no terminal is shown faults only") {
  std::ostringstream out;
  {
    ImportProgress progress{out, false, "users", 200};
    progress.at(100, 7);
    progress.fault(7, 7, "is wrong");
    progress.fault(8, 10, "is wrong too");
  }
  CHECK(out.str() == "users:7: is wrong\nusers:8-10: is wrong too\n");
}

TEST_CASE("a fault takes the place of the bar instead of being written behind it") {
  std::ostringstream out;
  ImportProgress progress{out, true, "users", 200};
  progress.at(200, 7);
  out.str("");
  progress.fault(7, 7, "is wrong");
  CHECK(out.str() == "\r\x1b[Kusers:7: is wrong\n");
}

TEST_CASE("an empty file has no bar") {
  std::ostringstream out;
  ImportProgress progress{out, true, "users", 0};
  progress.at(0, 0);
  CHECK(out.str().empty());
}
