// The file that is imported: opened once, read several times.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <sys/stat.h>

#include <tl/expected.hpp>

#include "posix/descriptor.hpp"
#include "transfer/readers/lines.hpp"

namespace rollcall::app {

/// An open file with its size and hash. Not thread-safe; every call blocks.
class ImportFile {
 public:
  /// `-` is standard input. An import reads its file more than once, so standard input, and
  /// whatever is not a regular file (a pipe), is first copied to an unlinked temporary file, in the
  /// folder that TMPDIR names. The error names the file and why it cannot be read.
  static tl::expected<ImportFile, std::string> open(const std::string& path);

  /// SHA-256 of the content, 64 hexadecimal digits in lower case. Reads the whole file.
  /// The error does not name the file.
  tl::expected<std::string, std::string> sha256() const;
  /// The lines from the first one. Must not outlive this object.
  LineSource lines() const { return LineSource{file_.get()}; }
  std::int64_t size() const { return opened_.st_size; }
  /// What it is called in messages.
  const std::string& name() const { return name_; }

  /// Whether size or modification time differ from those at open: then the hash is void.
  bool has_changed() const;

 private:
  ImportFile(std::string name, posix::Descriptor file, const struct stat& opened)
      : name_(std::move(name)), file_(std::move(file)), opened_(opened) {}

  std::string name_;
  posix::Descriptor file_;
  struct stat opened_;
};

}  // namespace rollcall::app
