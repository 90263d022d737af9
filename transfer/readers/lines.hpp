// The lines of a file, one by one, in constant memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace rollcall::app {

/// A line of an imported file is at most this long, in bytes, without its end.
inline constexpr std::size_t max_line_bytes = 65'536;

/// How much of a file is read at once.
inline constexpr std::size_t chunk_bytes = 65'536;

struct Line {
  std::int64_t number;    // from 1
  std::string_view text;  // without its end (LF or CR LF); valid until the next one is read
  bool too_long;          // then `text` is empty: the line was skipped
};

/// Reads an open file from its beginning, whatever its file offset, which stays where it is. A
/// UTF-8 byte order mark at the beginning is no part of the first line; the last line needs no end.
/// Not thread-safe; blocks.
class LineSource {
 public:
  /// `descriptor` stays open longer than this object. Must be seekable.
  explicit LineSource(int descriptor) : descriptor_(descriptor) {}

  /// Nothing at the end of the file; the error says why it can't be read.
  tl::expected<std::optional<Line>, std::string> next();

  /// How much of the file has been read.
  std::int64_t bytes_read() const { return offset_; }

 private:
  /// Makes sure that there are bytes in the buffer; false at the end of the file.
  tl::expected<bool, std::string> fill();

  int descriptor_;
  std::int64_t offset_ = 0;
  std::int64_t number_ = 0;
  std::string buffer_{};
  std::size_t used_ = 0;  // of the buffer
  std::string line_{};
};

}  // namespace rollcall::app
