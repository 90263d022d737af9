#include "http/wire/trace.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace rollcall::http {

namespace {

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

}  // namespace

std::string_view trace_id_of(std::string_view traceparent) {
  // version "-" trace-id "-" parent-id "-" flags; later versions may go on after a further "-"
  constexpr std::size_t known_size = 55;
  if (traceparent.size() < known_size) return {};
  auto version = traceparent.substr(0, 2);
  auto trace_id = traceparent.substr(3, 32);
  auto parent_id = traceparent.substr(36, 16);
  auto flags = traceparent.substr(53, 2);
  if (traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return {};
  if (!is_lower_hex(version) || version == "ff") return {};
  if (traceparent.size() > known_size && (version == "00" || traceparent[known_size] != '-')) {
    return {};
  }
  if (!is_lower_hex(trace_id) || is_zero(trace_id)) return {};
  if (!is_lower_hex(parent_id) || is_zero(parent_id) || !is_lower_hex(flags)) return {};
  return trace_id;
}

std::string random_trace_id() {
  thread_local std::mt19937_64 numbers{std::random_device{}()};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  id.reserve(32);
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = numbers();
    for (int i = 0; i < 16; ++i, bits >>= 4) id.push_back(digits[bits & 15]);
  }
  return id;
}

}  // namespace rollcall::http
