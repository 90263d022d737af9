// Loads the settings from all their sources, strictly.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "config/settings.hpp"

namespace rollcall::config {

/// Where settings come from, beside the defaults.
struct Sources {
  std::optional<std::string> file{};  // path of a TOML file
  std::vector<std::string> sets{};    // each `key=value`; the last one for a key wins
  /// Returns the value of an environment variable; called for DATABASE_URL and PORT. A variable
  /// that is set but empty is an error, not the default. A null function: no environment.
  std::function<std::optional<std::string>(const char*)> env{};
  /// Returns what is wrong with a PostgreSQL URL, without any part that may be secret. Called for
  /// each such URL in effect. A null function: only the form of URLs is checked.
  std::function<std::optional<std::string>(const std::string&)> postgres_error{};
};

/// Flag beats environment beats file beats default. The failure lists all errors at once, also
/// those of values in the file that another source overrides: `file:line: key: what is wrong;
/// allowed: ...`, with `--set` or the variable's name in place of `file:line`. A variable that a
/// flag overrides is not looked at: DATABASE_URL and PORT may be there for another program. No
/// error shows a password. Reads the file; blocks.
tl::expected<Settings, std::vector<std::string>> load(const Sources& sources);

}  // namespace rollcall::config
