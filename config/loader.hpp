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
  std::vector<std::string> sets{};    // each `key=value`; of two for one key the later counts
  /// Value of an environment variable; DATABASE_URL and PORT are asked for. One that is set but
  /// empty is an error, not the default. May be empty: no environment.
  std::function<std::optional<std::string>(const char*)> env{};
  /// What is wrong with a URL of PostgreSQL, without any part of it that may be secret: whoever
  /// knows PostgreSQL says it, for each URL in effect. May be empty: only the form is looked at.
  std::function<std::optional<std::string>(const std::string&)> postgres_error{};
};

/// Flag beats environment beats file beats default. The failure lists all errors at once, also
/// those of values in the file that another source overrides: `file:line: key: what is wrong;
/// allowed: ...`, with `--set` or the variable's name in place of `file:line`. A variable that a
/// flag overrides is not looked at: DATABASE_URL and PORT may be there for another program. No
/// error shows a password. Reads the file; blocks.
tl::expected<Settings, std::vector<std::string>> load(const Sources& sources);

}  // namespace rollcall::config
