// Properties that a fuzz target requires of every input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

namespace rollcall::fuzz {

/// The text as a literal of C: every byte but printable ASCII is written as \xNN.
inline std::string escaped(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      ((out += "\\x") += hex[byte >> 4]) += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

/// Ends the program with a report of the property that does not hold; libFuzzer then writes the
/// input to a file.
[[noreturn]] inline void fail(std::string_view property,
                              std::initializer_list<std::string_view> texts) {
  std::string report = "\nThis does not hold: " + std::string(property) + "\n";
  for (const auto text : texts) report += "  " + escaped(text) + "\n";
  std::fputs(report.c_str(), stderr);
  std::abort();
}

inline void require(bool holds, std::string_view property,
                    std::initializer_list<std::string_view> texts = {}) {
  if (!holds) fail(property, texts);
}

}  // namespace rollcall::fuzz
