// Filters the messages of a PostgreSQL server (postgresql.org/docs, "Message Formats").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::tests {

/// Takes the bytes of one unencrypted connection in the order of their arrival, and drops each
/// NotificationResponse.
class PgMessagesWithoutNotifications {
 public:
  /// Adds these bytes and returns those to forward now: whole messages only.
  std::string pass(std::string_view bytes) {
    constexpr std::size_t header = 5;  // the type, and the length without the type
    constexpr char notification = 'A';
    waiting_ += bytes;
    std::string passed;
    // The server refuses encryption by a single byte, before all messages.
    if (!opened_ && waiting_.starts_with('N')) {
      passed += 'N';
      waiting_.erase(0, 1);
    }
    while (waiting_.size() >= header) {
      opened_ = true;
      std::uint32_t length = 0;
      for (std::size_t i = 1; i < header; ++i) {
        length = length << 8 | static_cast<unsigned char>(waiting_[i]);
      }
      const std::size_t whole = 1 + std::size_t{length};
      if (waiting_.size() < whole) break;
      if (waiting_.front() != notification) passed.append(waiting_, 0, whole);
      waiting_.erase(0, whole);
    }
    return passed;
  }

 private:
  bool opened_ = false;
  std::string waiting_{};
};

}  // namespace rollcall::tests
