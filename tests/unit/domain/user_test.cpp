#include "domain/user.hpp"

#include <limits>

#include "tests/support/catch.hpp"

using rollcall::Email;
using rollcall::UserId;
using rollcall::UserName;

namespace {

std::string repeated(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

std::string name_error(std::string_view text) {
  const auto name = UserName::parse(text);
  return name ? "accepted as " + name->value() : name.error();
}

std::string email_error(std::string_view text) {
  const auto email = Email::parse(text);
  return email ? "accepted as " + email->value() : email.error();
}

bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an id is a decimal number from 1 to 2^63-1") {
  REQUIRE(UserId::parse("1"));
  CHECK(UserId::parse("1")->value() == 1);
  REQUIRE(UserId::parse("42"));
  CHECK(UserId::parse("42")->value() == 42);
  REQUIRE(UserId::parse("9223372036854775807"));
  CHECK(UserId::parse("9223372036854775807")->value() == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("what is no id is refused") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "0", "-1", "+1", "abc", "42x", "x42", "1e3", "0x2a", " 42",
               "42 ", "4 2", "1.0", "1,000", "%2042", "9223372036854775808", "18446744073709551617",
               "99999999999999999999999999999999");
  INFO(text);
  CHECK_FALSE(UserId::parse(text));
}

TEST_CASE("an id with a leading zero is refused, so that a user has one URL") {
  CHECK_FALSE(UserId::parse("042"));
  CHECK_FALSE(UserId::parse("00"));
}

TEST_CASE("digits other than ASCII's are no id") {
  CHECK_FALSE(UserId::parse("\u0664\u0662"));                 // Arabic-Indic
  CHECK_FALSE(UserId::parse("\uFF14\uFF12"));                 // full width
  CHECK_FALSE(UserId::parse(std::string_view{"4\0002", 3}));  // with a NUL inside
}

TEST_CASE("an id made from a number is at least 1") {
  CHECK_FALSE(UserId::from(0));
  CHECK_FALSE(UserId::from(-1));
  CHECK_FALSE(UserId::from(std::numeric_limits<std::int64_t>::min()));
  CHECK(UserId::from(1));
}

TEST_CASE("a name is trimmed of white space at both ends, also of Unicode's") {
  REQUIRE(UserName::parse("  Ada Lovelace\t\r\n"));
  CHECK(UserName::parse("  Ada Lovelace\t\r\n")->value() == "Ada Lovelace");
  REQUIRE(UserName::parse("\u3000\u00A0Ada\u2003\u2028"));
  CHECK(UserName::parse("\u3000\u00A0Ada\u2003\u2028")->value() == "Ada");
}

TEST_CASE("white space inside a name stays") {
  REQUIRE(UserName::parse("A  B\u00A0C"));
  CHECK(UserName::parse("A  B\u00A0C")->value() == "A  B\u00A0C");
}

TEST_CASE("an empty name and a name of spaces only are refused") {
  const std::string text = GENERATE(as<std::string>{}, "", " ", "   ", "\t\n", "\u3000\u2003");
  CHECK(mentions(name_error(text), "is empty"));
}

TEST_CASE("a name has at most 200 code points, however many bytes they are") {
  CHECK(UserName::parse(repeated("a", 200)));
  CHECK(UserName::parse(repeated("\U0001F600", 200)));
  CHECK(UserName::parse("  " + repeated("a", 200) + "  "));
  CHECK(mentions(name_error(repeated("a", 201)), "201 characters"));
  CHECK(mentions(name_error(repeated("\u00E9", 201)), "201 characters"));
}

TEST_CASE("a name with a control character is refused") {
  CHECK(mentions(name_error("A\nB"), "control"));
  CHECK(mentions(name_error("A\x7F"
                            "B"),
                 "control"));
  CHECK(mentions(name_error("A\u0085B"), "control"));
  CHECK(mentions(name_error(std::string_view{"A\0B", 3}), "control"));
  CHECK(mentions(name_error("\x01"), "control"));
}

TEST_CASE("a name that is not valid UTF-8 is refused") {
  CHECK(mentions(name_error("A\xFF"), "UTF-8"));
  CHECK(mentions(name_error("A\xC3"), "UTF-8"));             // truncated
  CHECK(mentions(name_error("\xC0\xAF"), "UTF-8"));          // overlong
  CHECK(mentions(name_error("\xED\xA0\x80"), "UTF-8"));      // a surrogate
  CHECK(mentions(name_error("\xF4\x90\x80\x80"), "UTF-8"));  // beyond U+10FFFF
}

TEST_CASE("an e-mail with one @ and something on both sides is accepted as it is written") {
  REQUIRE(Email::parse("Ada@Example.org"));
  CHECK(Email::parse("Ada@Example.org")->value() == "Ada@Example.org");
  CHECK(Email::parse("a@b"));
  CHECK(Email::parse("j\u00F6rg@b\u00FCcher.example"));
}

TEST_CASE("e-mails that differ in ASCII case only have one key") {
  REQUIRE(Email::parse("Ada@Example.ORG"));
  CHECK(Email::parse("Ada@Example.ORG")->key() == "ada@example.org");
  CHECK(Email::parse("ADA@example.org")->key() == Email::parse("ada@EXAMPLE.org")->key());
}

TEST_CASE("an e-mail is kept as it is written, whatever its key") {
  const auto email = Email::parse("\u00C4@M\u00DCNCHEN.example");
  REQUIRE(email);
  CHECK(email->value() == "\u00C4@M\u00DCNCHEN.example");
  CHECK(email->key() == "\u00E4@xn--mnchen-3ya.example");
}

TEST_CASE("an e-mail or a username with a code point that is not displayed is refused") {
  for (const std::string c : {"\u200B", "\u00AD", "\u034F", "\u061C", "\u115F", "\u180E", "\u200C",
                              "\u200D", "\u202E", "\u2060", "\u2064", "\u3164", "\uFE0F", "\uFEFF",
                              "\uFFA0", "\U000E0001", "\U000E0100", "\U000E0FFF"}) {
    INFO(c);
    CHECK(mentions(email_error("ada@example.org" + c), "an invisible character"));
    CHECK(mentions(email_error(c + "ada@example.org"), "an invisible character"));
    CHECK_FALSE(rollcall::Username::parse("a" + c + "da"));
    CHECK_FALSE(rollcall::Username::parse(c));
    CHECK(Email::parse_stored("ada@example.org" + c));
    CHECK(rollcall::Username::parse_stored(c)->value() == c);
    CHECK(rollcall::ExternalId::parse(c));
  }
  CHECK_FALSE(Email::parse_stored("a b@c"));
}

TEST_CASE("a name without a visible character is refused") {
  for (const std::string name : {"\u200B", "\u200B \u200B", "\u00AD\u2060", "\u3164",
                                 "\uFE0F\u200D", "\u202E\u00A0\u202C"}) {
    INFO(name);
    CHECK(mentions(name_error(name), "only invisible characters"));
    CHECK(UserName::parse_stored(name));
  }
  CHECK_FALSE(UserName::parse_stored(" "));
}

TEST_CASE("a name keeps joiners and variation selectors beside what is visible") {
  for (const std::string name :
       {"\u0646\u0627\u0645\u0647\u200C\u0627\u06CC", "\u0915\u094D\u200D\u0937", "\u2764\uFE0F",
        "\u845B\U000E0100", "A\u200B"}) {
    INFO(name);
    REQUIRE(UserName::parse(name));
    CHECK(UserName::parse(name)->value() == name);
  }
}

TEST_CASE("a malformed e-mail is refused and says what is allowed") {
  CHECK(mentions(email_error(""), "is empty"));
  CHECK(mentions(email_error("ada"), "exactly one @"));
  CHECK(mentions(email_error("a@b@c"), "exactly one @"));
  CHECK(mentions(email_error("@example.org"), "both sides"));
  CHECK(mentions(email_error("ada@"), "both sides"));
  CHECK(mentions(email_error("a da@example.org"), "white space"));
  CHECK(mentions(email_error(" ada@example.org"), "white space"));
  CHECK(mentions(email_error("ada@example.org\n"), "white space"));
  CHECK(mentions(email_error("ada\u00A0@example.org"), "white space"));
  CHECK(mentions(email_error("ada\x01@example.org"), "control"));
  CHECK(mentions(email_error("ada\xFF@example.org"), "UTF-8"));
}

TEST_CASE("an e-mail has at most 254 bytes") {
  CHECK(Email::parse(repeated("a", 252) + "@b"));
  CHECK(mentions(email_error(repeated("a", 253) + "@b"), "255 bytes"));
}

TEST_CASE("a username has 1 to 254 bytes without white space and control characters") {
  using rollcall::Username;
  const auto error = [](std::string_view text) {
    const auto username = Username::parse(text);
    return username ? "accepted as " + username->value() : username.error();
  };
  CHECK(Username::parse("ada"));
  CHECK(Username::parse("j\u00F6rg"));
  CHECK(Username::parse(repeated("a", 254)));
  CHECK(error(repeated("\u00E9", 128)) == "has 256 bytes; a username has at most 254");
  CHECK(mentions(error(""), "1 to 254 bytes"));
  CHECK(mentions(error("a b"), "white space"));
  CHECK(mentions(error("a\u00A0b"), "white space"));
  CHECK(mentions(error("a\x01"), "control"));
  CHECK(mentions(error("a\xFF"), "UTF-8"));
}

TEST_CASE("usernames that differ in ASCII case only have one key") {
  using rollcall::Username;
  CHECK(Username::parse("Ada")->key() == "ada");
  CHECK(Username::parse("Ada")->value() == "Ada");
  CHECK(Username::parse("\u00C9va")->key() == "\u00E9va");
  CHECK(Username::parse("\u00C9va")->value() == "\u00C9va");
}

TEST_CASE("an external id has 1 to 255 bytes without control characters") {
  using rollcall::ExternalId;
  const auto error = [](std::string_view text) {
    const auto id = ExternalId::parse(text);
    return id ? "accepted as " + id->value() : id.error();
  };
  CHECK(error("  A b ") == "accepted as   A b ");
  CHECK(ExternalId::parse(repeated("a", 255)));
  CHECK(error(repeated("a", 256)) == "has 256 bytes; an external id has at most 255");
  CHECK(mentions(error(""), "1 to 255 bytes"));
  CHECK(mentions(error("a\u0085"), "control"));
  CHECK(mentions(error("a\xFF"), "UTF-8"));
}
