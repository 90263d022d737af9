// Searching in text.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::tests {

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace rollcall::tests
