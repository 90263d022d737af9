// Lines of a message that may arrive in pieces.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

namespace rollcall::http {

/// Finds the lines of a text that grows, and looks at each byte once.
class LineReader {
 public:
  /// The next line of `text` with its LF; nothing if its end has not arrived. `text` is what was
  /// given before, with further bytes at its end.
  std::optional<std::string_view> next(std::string_view text) {
    const auto* const found = static_cast<const char*>(
        std::memchr(text.data() + searched_, '\n', text.size() - searched_));
    if (found == nullptr) {
      searched_ = text.size();
      return std::nullopt;
    }
    const auto end = static_cast<std::size_t>(found - text.data()) + 1;
    const auto line = text.substr(begin_, end - begin_);
    begin_ = searched_ = end;
    return line;
  }
  /// What has arrived of the line whose end has not.
  std::string_view unfinished(std::string_view text) const { return text.substr(begin_); }
  /// Whether no byte has been looked at.
  bool untouched() const { return searched_ == 0; }
  /// Where the next line begins.
  std::size_t position() const { return begin_; }

 private:
  std::size_t begin_ = 0;
  std::size_t searched_ = 0;
};

}  // namespace rollcall::http
