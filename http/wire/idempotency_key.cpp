#include "http/wire/idempotency_key.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "http/wire/prefer.hpp"
#include "http/wire/target.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

std::string media_type_of(const Request& request) {
  const auto value = request.field("Content-Type").value_or("");
  std::string type(trimmed(value.substr(0, value.find(';'))));
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return type;
}

std::string_view name_of(Return preferred) {
  switch (preferred) {
    case Return::unstated:
      return "";
    case Return::representation:
      return "representation";
    case Return::minimal:
      return "minimal";
  }
  throw std::logic_error("not a Return");
}

std::string sha256_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL can't compute a SHA-256");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex.push_back(digits[digest[i] >> 4U]);
    hex.push_back(digits[digest[i] & 15U]);
  }
  return hex;
}

}  // namespace

tl::expected<std::optional<std::string_view>, Problem> idempotency_key_of(const Request& request) {
  std::optional<std::string_view> key;
  for (const auto& field : request.fields) {
    if (!equal_ignoring_case(field.name, "Idempotency-Key")) continue;
    const auto value = trimmed(field.value);
    const bool good = !value.empty() && value.size() <= max_idempotency_key &&
                      std::all_of(value.begin(), value.end(), is_visible);
    if (key || !good) {
      return tl::unexpected(Problem{
          ProblemType::invalid_parameter,
          "Idempotency-Key: one of 1 to 255 visible ASCII characters is allowed, in one line"});
    }
    key = value;
  }
  return key;
}

// No part but the body can have a line feed.
std::string fingerprint_of(const Request& request) {
  const auto target = parse_target(request.target);
  std::string text;
  append(text,
         {name_of(request.method), "\n", target.path, "?", target.query, "\n",
          media_type_of(request), "\n", name_of(preferred_return(request)), "\n", request.body});
  return sha256_of(text);
}

}  // namespace rollcall::http
