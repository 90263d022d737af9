// An open file descriptor with an owner.
#pragma once

#include <utility>

namespace rollcall::posix {

/// Closes the descriptor with the object. A negative number is none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return number_; }
  bool open() const { return number_ >= 0; }
  /// Gives the ownership up.
  int release() { return std::exchange(number_, -1); }
  /// Closes it now. Does nothing where none is open.
  void close();

 private:
  int number_ = -1;
};

}  // namespace rollcall::posix
