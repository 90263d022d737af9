#include "transfer/readers/lines.hpp"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "posix/error.hpp"

namespace rollcall::app {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

tl::expected<bool, std::string> LineSource::fill() {
  if (used_ < buffer_.size()) return true;
  buffer_.resize(chunk_bytes);
  used_ = 0;
  ssize_t count = -1;
  do {
    count = pread(descriptor_, buffer_.data(), buffer_.size(), offset_);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    buffer_.clear();
    return tl::unexpected{std::string{"cannot be read: "} + posix::last_error()};
  }
  buffer_.resize(static_cast<std::size_t>(count));
  offset_ += count;
  return count > 0;
}

tl::expected<std::optional<Line>, std::string> LineSource::next() {
  line_.clear();
  bool begun = false;
  bool ended = false;
  bool too_long = false;
  while (!ended) {
    const auto filled = fill();
    if (!filled) return tl::unexpected{filled.error()};
    if (!*filled) break;
    begun = true;
    const std::string_view rest = std::string_view{buffer_}.substr(used_);
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    ended = end < rest.size();
    used_ += end + (ended ? 1 : 0);
    if (!too_long) line_.append(rest.substr(0, end));
    // Room for a byte order mark and a carriage return, which do not count.
    if (line_.size() > max_line_bytes + byte_order_mark.size() + 1) {
      too_long = true;
      line_.clear();
    }
  }
  if (!begun) return std::nullopt;
  ++number_;
  std::string_view text = line_;
  if (number_ == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(3);
  if (ended && text.ends_with('\r')) text.remove_suffix(1);
  if (text.size() > max_line_bytes) too_long = true;
  return Line{number_, too_long ? std::string_view{} : text, too_long};
}

}  // namespace rollcall::app
