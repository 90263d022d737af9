// Sources of settings for the loader, and the errors that it reports.
#pragma once

#include <string>
#include <vector>

#include "config/loader.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

/// A settings file, deleted with the object.
class SettingsFile {
 public:
  explicit SettingsFile(const std::string& text) { write_file(folder_ / "rollcall.toml", text); }
  std::string path() const { return (folder_ / "rollcall.toml").string(); }

 private:
  TempDir folder_;
};

using Errors = std::vector<std::string>;

/// The errors of the sources, with the file's path written as "file".
inline Errors errors_of(const config::Sources& sources) {
  const auto loaded = config::load(sources);
  if (loaded) return {};
  Errors errors = loaded.error();
  for (std::string& error : errors) {
    if (sources.file && error.starts_with(*sources.file)) {
      error.replace(0, sources.file->size(), "file");
    }
  }
  return errors;
}

inline Errors errors_of_file(const std::string& text) {
  const SettingsFile file{text};
  return errors_of({.file = file.path()});
}

}  // namespace rollcall::tests
