#include "domain/user.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <utf8.h>

#include "domain/ascii.hpp"
#include "domain/text_key.hpp"
#include "domain/unicode.hpp"

namespace rollcall {
namespace {

constexpr std::size_t max_name_code_points = 200;
constexpr std::size_t max_email_bytes = 254;
constexpr std::size_t max_username_bytes = 254;
constexpr std::size_t max_external_id_bytes = 255;

/// What is wrong with a text that has at most `most` bytes; nothing if it has no control character
/// and, where it must be one word, no white space. `kind`: "an e-mail".
std::optional<std::string> fault_of(std::string_view text, std::string_view kind, std::size_t most,
                                    bool one_word) {
  if (text.size() > most) {
    return "has " + std::to_string(text.size()) + " bytes; " + std::string(kind) + " has at most " +
           std::to_string(most);
  }
  const bool ascii = is_printable_ascii(text);
  if (!ascii && !utf8::is_valid(text.begin(), text.end())) return "is not valid UTF-8";
  if (one_word) {
    const auto unwanted = [](char32_t c) { return is_control(c) || is_white_space(c); };
    if (ascii ? text.find(' ') != std::string_view::npos : has_any(text, unwanted)) {
      return "contains white space or a control character; neither is allowed";
    }
  } else if (!ascii && has_any(text, is_control)) {
    return "contains a control character; none is allowed";
  }
  return std::nullopt;
}

/// The value, unless its text, which people read, has a code point that they can't see.
template <class Value>
tl::expected<Value, std::string> if_visible(tl::expected<Value, std::string> value) {
  if (!value || is_printable_ascii(value->value())) return value;
  if (has_any(value->value(), is_default_ignorable)) {
    return tl::unexpected{
        std::string{"contains an invisible character, as U+200B; none is allowed"}};
  }
  return value;
}

bool is_invisible(char32_t c) { return is_white_space(c) || is_default_ignorable(c); }

}  // namespace

std::optional<UserId> UserId::parse(std::string_view text) {
  if (text.empty() || text.front() == '0') return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::int64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{}) return std::nullopt;
  return from(number);
}

std::optional<UserId> UserId::from(std::int64_t number) {
  if (number < 1) return std::nullopt;
  return UserId{number};
}

tl::expected<UserName, std::string> UserName::parse(std::string_view text) {
  auto name = parse_stored(text);
  if (!name || is_printable_ascii(name->value())) return name;
  if (!has_any(name->value(), [](char32_t c) { return !is_invisible(c); })) {
    return tl::unexpected{std::string{"has only invisible characters, as U+200B"}};
  }
  return name;
}

tl::expected<UserName, std::string> UserName::parse_stored(std::string_view text) {
  const bool ascii = is_printable_ascii(text);
  if (!ascii && !utf8::is_valid(text.begin(), text.end())) {
    return tl::unexpected{std::string{"is not valid UTF-8"}};
  }
  const std::string_view name = without_outer_space(text);
  if (name.empty()) {
    return tl::unexpected{std::string{"is empty; a name has 1 to 200 characters other than space"}};
  }
  const auto length = ascii ? name.size() : code_points_in(name);
  if (length > max_name_code_points) {
    return tl::unexpected{"has " + std::to_string(length) +
                          " characters; a name has at most 200 (Unicode code points)"};
  }
  if (!ascii && has_any(name, is_control)) {
    return tl::unexpected{std::string{"contains a control character; none is allowed"}};
  }
  return UserName{std::string{name}};
}

std::string UserName::key() const { return in_ascii_lower_case(value_); }

tl::expected<Email, std::string> Email::parse(std::string_view text) {
  return if_visible(parse_stored(text));
}

tl::expected<Email, std::string> Email::parse_stored(std::string_view text) {
  const auto error = [](std::string what) { return tl::unexpected{std::move(what)}; };
  if (text.empty()) return error("is empty; leave it out or give an address like name@example.org");
  if (auto fault = fault_of(text, "an e-mail", max_email_bytes, true)) return error(*fault);
  const auto at = text.find('@');
  if (at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) {
    return error("must have exactly one @, as in name@example.org");
  }
  if (at == 0 || at + 1 == text.size()) {
    return error("must have something on both sides of the @, as in name@example.org");
  }
  return Email{std::string{text}};
}

std::string Email::key() const { return email_key(value_); }

tl::expected<Username, std::string> Username::parse(std::string_view text) {
  return if_visible(parse_stored(text));
}

tl::expected<Username, std::string> Username::parse_stored(std::string_view text) {
  if (text.empty()) {
    return tl::unexpected{std::string{"is empty; leave it out or give 1 to 254 bytes"}};
  }
  if (auto fault = fault_of(text, "a username", max_username_bytes, true)) {
    return tl::unexpected{std::move(*fault)};
  }
  return Username{std::string{text}};
}

std::string Username::key() const { return text_key(value_); }

tl::expected<ExternalId, std::string> ExternalId::parse(std::string_view text) {
  if (text.empty()) {
    return tl::unexpected{std::string{"is empty; leave it out or give 1 to 255 bytes"}};
  }
  if (auto fault = fault_of(text, "an external id", max_external_id_bytes, false)) {
    return tl::unexpected{std::move(*fault)};
  }
  return ExternalId{std::string{text}};
}

User new_user(UserId id, const UserFields& fields, Timestamp at) {
  return {id,
          fields.name,
          fields.email,
          1,
          at,
          at,
          fields.username,
          fields.external_id,
          fields.active,
          fields.attributes};
}

UserPatch UserPatch::of(const UserFields& fields) {
  return {fields.name,        fields.email,  fields.username,
          fields.external_id, fields.active, AttributesPatch{fields.attributes, false}};
}

tl::expected<void, FieldError> UserPatch::apply_to(User& user) const {
  if (name) user.name = *name;
  if (email) user.email = *email;
  if (username) user.username = *username;
  if (external_id) user.external_id = *external_id;
  if (active) user.active = *active;
  if (!attributes) return {};
  auto after = attributes->applied_to(user.attributes);
  if (!after) return tl::unexpected(FieldError{"attributes", std::move(after.error())});
  user.attributes = std::move(*after);
  return {};
}

UserFields UserDraft::fields() const {
  return {name.value(),
          email.value_or(std::nullopt),
          username.value_or(std::nullopt),
          external_id.value_or(std::nullopt),
          active.value_or(true),
          attributes.value_or(Attributes())};
}

UserPatch UserDraft::patch() const {
  UserPatch patch{name, email, username, external_id, active};
  if (attributes) patch.attributes = AttributesPatch{*attributes, true};
  return patch;
}

}  // namespace rollcall
