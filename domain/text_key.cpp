#include "domain/text_key.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>

#include <idn2.h>
#include <unicase.h>
#include <uninorm.h>

#include "domain/unicode.hpp"

namespace rollcall {

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

const std::uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// What libunistring returns: `bytes` is allocated by it. It fails only without memory, since the
// text is valid UTF-8 and not empty.
std::string text_of(std::uint8_t* bytes, std::size_t length) {
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(bytes, &std::free);
  if (bytes == nullptr) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(bytes), length};
}

std::string in_nfc(const std::string& text) {
  if (text.empty()) return text;
  std::size_t length = 0;
  auto* const composed = u8_normalize(UNINORM_NFC, bytes_of(text), text.size(), nullptr, &length);
  return text_of(composed, length);
}

// `nfc` is in NFC: texts that are canonically equivalent may fold to texts that are not (U+0345).
std::string folded(const std::string& nfc) {
  if (nfc.empty()) return nfc;
  std::size_t length = 0;
  auto* const key = u8_casefold(bytes_of(nfc), nfc.size(), nullptr, UNINORM_NFC, nullptr, &length);
  return text_of(key, length);
}

// The domain in A-labels; nothing where it is not valid. `nfc` is in NFC, for the same reason: the
// mapping of UTS 46 takes one code point after the other.
std::optional<std::string> in_a_labels(const std::string& nfc) {
  char* output = nullptr;
  const int result = idn2_to_ascii_8z(nfc.c_str(), &output, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(output, &idn2_free);
  if (result == IDN2_MALLOC) throw std::bad_alloc();
  if (result != IDN2_OK) return std::nullopt;
  std::string labels = in_ascii_lower_case(output);
  // Wide forms of other characters than letters and digits become ASCII, an @ too.
  if (!is_printable_ascii(labels) || labels.find_first_of("@ ") != std::string::npos) {
    return std::nullopt;
  }
  return labels;
}

std::string domain_key(const std::string& domain) {
  if (is_ascii(domain)) return in_ascii_lower_case(domain);
  const std::string nfc = in_nfc(domain);
  if (auto labels = in_a_labels(nfc)) return *std::move(labels);
  // Folding may make it valid, as where it makes a label shorter.
  std::string text = folded(nfc);
  return is_ascii(text) ? text : in_a_labels(text).value_or(text);
}

}  // namespace

std::string text_key(std::string_view text) {
  std::string key(text);
  return is_ascii(text) ? in_ascii_lower_case(std::move(key)) : folded(in_nfc(key));
}

std::string email_key(std::string_view text) {
  if (is_ascii(text)) return in_ascii_lower_case(std::string(text));
  const auto domain = text.find('@') + 1;
  return text_key(text.substr(0, domain)) + domain_key(std::string(text.substr(domain)));
}

}  // namespace rollcall
