// Text as a file, for what reads files.
#pragma once

#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "posix/descriptor.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {

/// A file in memory, of which the text can be replaced.
class MemoryFile {
 public:
  MemoryFile() : file_(memfd_create("fuzz", MFD_CLOEXEC)) {
    require(file_.open(), "a file in memory can be made");
  }

  void replace(std::string_view text) const {
    const bool cut = ftruncate(file_.get(), 0) == 0;
    const auto size = static_cast<ssize_t>(text.size());
    require(cut && pwrite(file_.get(), text.data(), text.size(), 0) == size,
            "a file in memory can be written");
  }

  int descriptor() const { return file_.get(); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_.get()); }

 private:
  posix::Descriptor file_;
};

}  // namespace rollcall::fuzz
