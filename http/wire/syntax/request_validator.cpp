#include "http/wire/syntax/request_validator.hpp"

#include <algorithm>

namespace rollcall::http {

Validity RequestValidator::validate(std::span<char> bytes) {
  at_head_ = false;
  if (auto* const remaining = std::get_if<std::uint64_t>(&body_)) {
    size_ = static_cast<std::size_t>(std::min<std::uint64_t>(*remaining, bytes.size()));
    *remaining -= size_;
    if (*remaining == 0) body_ = std::monostate();
    return Validity::valid;
  }
  if (auto* const chunks = std::get_if<ChunkValidator>(&body_)) {
    const auto validity = chunks->validate(bytes);
    size_ = chunks->size();
    if (chunks->complete()) body_ = std::monostate();
    return validity;
  }
  if (head_valid_) head_.reset();
  const auto validity = head_.validate(bytes);
  head_valid_ = at_head_ = validity == Validity::valid;
  if (head_valid_) {
    size_ = head().size;
    begin_body();
  }
  return validity;
}

void RequestValidator::begin_body() {
  if (head().chunked) {
    body_.emplace<ChunkValidator>(limits_);
  } else if (head().content_length > 0) {
    body_ = head().content_length;
  }
}

const Problem& RequestValidator::problem() const {
  if (const auto* const chunks = std::get_if<ChunkValidator>(&body_)) return chunks->problem();
  return head_.problem();
}

}  // namespace rollcall::http
