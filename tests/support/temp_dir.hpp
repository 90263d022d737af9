// A temporary folder that its destructor removes; and reading and writing of small files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rollcall::tests {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Creates or replaces a file. Throws where that fails.
void write_file(const std::filesystem::path& path, std::string_view text);
/// The whole file. Throws where it can't be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace rollcall::tests
