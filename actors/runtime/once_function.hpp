// A callback that is called at most once, and seldom needs memory of its own.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace rollcall::actors {

template <class Signature, std::size_t inline_bytes>
class OnceFunction;

/// Holds any callable that can be moved; in itself, if it has at most `inline_bytes` with a pointer
/// more. std::function needs a copyable one, and allocates most of those that a loop has. One
/// thread.
template <class... Args, std::size_t inline_bytes>
class OnceFunction<void(Args...), inline_bytes> {
 public:
  OnceFunction() = default;
  template <class Work>
  requires(!std::is_same_v<Work, OnceFunction>)
      OnceFunction(Work work) {  // NOLINT(google-explicit-constructor): as that of std::function
    using Made = WorkOf<Work>;
    if constexpr (sizeof(Made) <= sizeof(room_) && alignof(Made) <= alignof(std::max_align_t)) {
      held_ = ::new (room_.data()) Made(std::move(work));
    } else {
      held_ = new Made(std::move(work));
    }
  }
  OnceFunction(OnceFunction&& other) noexcept { take(other); }
  OnceFunction& operator=(OnceFunction&& other) noexcept {
    if (this != &other) {
      drop();
      take(other);
    }
    return *this;
  }
  ~OnceFunction() { drop(); }

  explicit operator bool() const { return held_ != nullptr; }

  /// Calls it; nothing is held afterwards. To be called only if something is held.
  void operator()(Args... args) {
    OnceFunction called(std::move(*this));
    called.held_->call(std::forward<Args>(args)...);
  }

 private:
  struct Held {
    Held() = default;
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    virtual ~Held() = default;
    virtual void call(Args... args) = 0;
    virtual Held* move_to(void* room) noexcept = 0;
  };
  template <class Work>
  struct WorkOf final : Held {
    explicit WorkOf(Work its_work) : work(std::move(its_work)) {}
    void call(Args... args) override { work(std::forward<Args>(args)...); }
    Held* move_to(void* room) noexcept override { return ::new (room) WorkOf(std::move(work)); }
    Work work;
  };

  bool is_inside() const { return static_cast<const void*>(held_) == room_.data(); }
  void take(OnceFunction& other) noexcept {
    if (other.is_inside()) {
      held_ = other.held_->move_to(room_.data());
      other.drop();
    } else {
      held_ = std::exchange(other.held_, nullptr);
    }
  }
  void drop() noexcept {
    if (held_ == nullptr) return;
    if (is_inside()) {
      held_->~Held();
    } else {
      delete held_;
    }
    held_ = nullptr;
  }

  alignas(std::max_align_t) std::array<std::byte, inline_bytes> room_;
  Held* held_ = nullptr;
};

}  // namespace rollcall::actors
