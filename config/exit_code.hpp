// What the process tells whoever started it.
#pragma once

namespace rollcall::app {

enum ExitCode : int {
  exit_done = 0,
  exit_failure = 1,
  exit_usage = 2,    // the arguments or the settings are wrong; nothing was done
  exit_skipped = 3,  // an import is done, but some lines were skipped
};

}  // namespace rollcall::app
