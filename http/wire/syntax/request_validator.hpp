// Requests as they arrive on a connection, validated before RESTinio's parser sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "http/wire/problem.hpp"
#include "http/wire/request_limits.hpp"
#include "http/wire/syntax/chunk_validator.hpp"
#include "http/wire/syntax/head_validator.hpp"
#include "http/wire/syntax/validity.hpp"

namespace rollcall::http {

/// Validates the requests of one connection, one after the other, and knows where each ends. Keeps
/// no bytes: a piece is validated when all of it is there, and the caller keeps it until then. No
/// piece is longer than RequestLimits::max_head_bytes, except data of a body.
class RequestValidator {
 public:
  explicit RequestValidator(const RequestLimits& limits) : limits_(limits), head_(limits) {}

  /// `bytes`: what has arrived behind the pieces that were valid; at least one. If `valid` is
  /// returned, the first `size()` bytes are the next piece: a head, or a part of a body. The next
  /// call must not give them again. If `incomplete` is, it must give all of them again, with more.
  Validity validate(std::span<char> bytes);

  std::size_t size() const { return size_; }
  /// The request that the last piece belongs to, as far as it is known.
  const RequestHead& head() const { return head_.head(); }
  /// Whether the last call found a valid head.
  bool at_head() const { return at_head_; }
  /// Whether the last valid piece was the last one of its request.
  bool at_end() const { return std::holds_alternative<std::monostate>(body_); }
  /// Whether bytes have arrived of a head that is incomplete.
  bool in_head() const { return !head_valid_ && head_.begun(); }
  /// Why the bytes are invalid.
  const Problem& problem() const;

 private:
  // Content-Length: the bytes that are still to come.
  using Body = std::variant<std::monostate, std::uint64_t, ChunkValidator>;

  void begin_body();

  RequestLimits limits_;
  HeadValidator head_;
  Body body_{};
  std::size_t size_ = 0;
  bool head_valid_ = false;  // it is the head of the request under way, or of the last one
  bool at_head_ = false;
};

}  // namespace rollcall::http
