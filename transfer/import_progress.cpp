#include "transfer/import_progress.hpp"

#include <algorithm>

namespace rollcall::app {

ImportProgress::ImportProgress(std::ostream& out, bool terminal, std::string file_name,
                               std::int64_t total_bytes)
    : out_(out), terminal_(terminal), file_name_(std::move(file_name)), total_bytes_(total_bytes) {}

ImportProgress::~ImportProgress() { clear(); }

void ImportProgress::clear() {
  if (drawn_) out_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

void ImportProgress::error(std::int64_t first_line, std::int64_t last_line,
                           const std::string& what) {
  clear();
  out_ << file_name_ << ':' << first_line;
  if (last_line != first_line) out_ << '-' << last_line;
  out_ << ": " << what << '\n';
}

void ImportProgress::at(std::int64_t bytes, std::int64_t line) {
  if (!terminal_ || total_bytes_ <= 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_draw_) return;
  next_draw_ = now + std::chrono::milliseconds{100};
  constexpr int width = 30;
  const double share =
      std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total_bytes_));
  const int filled = static_cast<int>(share * width);
  out_ << "\r\x1b[K[" << std::string(static_cast<std::size_t>(filled), '#')
       << std::string(static_cast<std::size_t>(width - filled), '.') << "] "
       << static_cast<int>(share * 100) << "%, line " << line << std::flush;
  drawn_ = true;
}

}  // namespace rollcall::app
