// An open file descriptor with an owner.
#pragma once

#include <chrono>
#include <utility>

namespace rollcall::tests {

/// How long a test waits for something that must happen; only a hanging test meets it.
inline constexpr std::chrono::milliseconds patience{60'000};

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return number_; }
  bool open() const { return number_ >= 0; }
  void close();
  /// Waits until it can be read, or is at its end; false when the time is over.
  bool wait_readable(std::chrono::milliseconds limit = patience) const;

 private:
  int number_ = -1;
};

}  // namespace rollcall::tests
