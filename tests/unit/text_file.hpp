// An open file with a given content, in memory.
#pragma once

#include <stdexcept>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace rollcall::tests {

class TextFile {
 public:
  explicit TextFile(std::string_view text) : descriptor_(memfd_create("text", MFD_CLOEXEC)) {
    while (!text.empty()) {
      const ssize_t written = write(descriptor_, text.data(), text.size());
      if (written <= 0) throw std::runtime_error{"memfd: cannot be written"};
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  ~TextFile() { close(descriptor_); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace rollcall::tests
