// The keys by which e-mails and usernames are unique.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <uninorm.h>

#include "domain/text_key.hpp"
#include "domain/user.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

std::string normalized(const std::string& text, uninorm_t form) {
  std::size_t length = 0;
  auto* const bytes = u8_normalize(form, reinterpret_cast<const std::uint8_t*>(text.data()),
                                   text.size(), nullptr, &length);
  require(bytes != nullptr, "valid text can be normalized", {text});
  std::string result(reinterpret_cast<const char*>(bytes), length);
  std::free(bytes);
  return result;
}

template <class Key>
void check_key(const std::string& text, Key key_of) {
  const auto key = key_of(text);
  require(key_of(key) == key, "a key is its own key", {text, key, key_of(key)});
  for (const uninorm_t form : {UNINORM_NFC, UNINORM_NFD}) {
    const auto same = normalized(text, form);
    require(key_of(same) == key, "equivalent texts have one key", {text, same, key, key_of(same)});
  }
  require(normalized(key, UNINORM_NFC) == key, "a key is in NFC", {text, key});
}

void check_email(const Email& email) {
  const auto key = email.key();
  check_key(email.value(), email_key);
  const auto at = key.find('@');
  require(at != std::string::npos && key.find('@', at + 1) == std::string::npos, "a key has one @",
          {email.value(), key});
}

}  // namespace

void check(std::string_view input) {
  const auto stored_email = Email::parse_stored(input);
  const auto stored_name = Username::parse_stored(input);
  if (stored_email) check_email(*stored_email);
  if (stored_name) check_key(stored_name->value(), text_key);
  require(!Email::parse(input) || stored_email, "what clients may set can be stored", {input});
  require(!Username::parse(input) || stored_name, "what clients may set can be stored", {input});
  require(!UserName::parse(input) || UserName::parse_stored(input),
          "what clients may set can be stored", {input});
}

}  // namespace rollcall::fuzz
