// How a target divides the bytes that libFuzzer gives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rollcall::fuzz {

/// What a target defines: requires its properties of one input.
void check(std::string_view input);

/// Takes the first line off the text, without its LF.
inline std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

inline std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) lines.push_back(take_line(text));
  return lines;
}

/// Sizes of pieces that follow one another: each byte of `choice` gives one, its last four bits;
/// 0 stands for all that is left. They repeat at the end.
class PieceSizes {
 public:
  explicit PieceSizes(std::string_view choice) : choice_(choice) {}

  /// The size of the next piece of a text of which this much is left.
  std::size_t next(std::size_t left) {
    const std::size_t size =
        choice_.empty() ? 0 : static_cast<unsigned char>(choice_[at_++ % choice_.size()]) & 15U;
    return size == 0 || size > left ? left : size;
  }

 private:
  std::string_view choice_;
  std::size_t at_ = 0;
};

}  // namespace rollcall::fuzz
