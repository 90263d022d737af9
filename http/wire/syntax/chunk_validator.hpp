// A body in chunks (RFC 9112 7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/wire/problem.hpp"
#include "http/wire/request_limits.hpp"
#include "http/wire/syntax/lines.hpp"
#include "http/wire/syntax/validity.hpp"

namespace rollcall::http {

/// Validates the chunks of one body: sizes, extensions, data, trailers. Extensions may have 1,024
/// bytes in one line, and as many as a head in all lines together; so may the trailers.
class ChunkValidator {
 public:
  explicit ChunkValidator(const RequestLimits& limits) : limits_(limits) {}

  /// `bytes`: what has arrived and is not validated yet. If `valid` is returned, the first `size()`
  /// bytes are: a line, data of a chunk, or the trailers with the empty line at their end. The next
  /// call must not give them again.
  Validity validate(std::span<char> bytes);

  std::size_t size() const { return size_; }
  /// Whether the body is complete.
  bool complete() const { return part_ == Part::end; }
  /// Why it is invalid.
  const Problem& problem() const { return *problem_; }

 private:
  enum class Part { size_line, data, end_of_data, trailers, end };

  Validity check_size_line(std::string_view text);
  Validity check_end_of_data(std::string_view text);
  Validity check_trailers(std::span<char> bytes);
  bool check_chunk(std::string_view digits, std::string_view extensions);
  bool check_trailer(std::string_view line);
  Validity refuse_long_trailers();
  Validity refuse(ProblemType type, std::string detail);

  RequestLimits limits_;
  std::optional<Problem> problem_{};
  LineReader trailers_{};
  Part part_ = Part::size_line;
  std::size_t size_ = 0;
  std::uint64_t remaining_ = 0;  // of the chunk's data
  std::uint64_t body_bytes_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_fields_ = 0;
};

}  // namespace rollcall::http
