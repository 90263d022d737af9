#include "domain/page.hpp"

#include "tests/support/catch.hpp"

namespace rollcall {
namespace {

std::string end_of(std::string_view prefix) { return NamePrefix::parse(prefix)->end_key(); }

TEST_CASE("a prefix is compared in ASCII lower case, and its other letters as they are") {
  const auto prefix = NamePrefix::parse("ÖZG ");
  REQUIRE(prefix);
  CHECK(prefix->value() == "ÖZG ");
  CHECK(prefix->first_key() == "Özg ");
  CHECK(UserName::parse("ÖZGür")->key() == "Özgür");
}

TEST_CASE("the keys that begin with a prefix end before its last code point's successor") {
  CHECK(end_of("ad") == "ae");
  CHECK(end_of("Z") == "{");
  CHECK(end_of("\x7E") == "\x7F");
  CHECK(end_of("\u007e\u00bf") == "~\u00c0");
  CHECK(end_of("\u07ff") == "\u0800");
  CHECK(end_of("\uffff") == "\U00010000");
  CHECK(end_of("a\xED\x9F\xBF") == "a\xEE\x80\x80");  // U+D7FF, before the surrogates
  CHECK(end_of("a\U0010ffff\U0010ffff") == "b");
}

TEST_CASE("no key that begins with a prefix is outside its range, and no other one inside") {
  const std::vector<std::string> names{
      "A", "ad", "ada", "ADA", "ad\U0010ffff\U0010ffff", "ae", "a", "Ac\U0010ffff", "\u00e4", "b"};
  const auto prefix = *NamePrefix::parse("aD");
  for (const auto& name : names) {
    INFO(name);
    const auto key = UserName::parse(name)->key();
    const bool inside = key >= prefix.first_key() && key < prefix.end_key();
    CHECK(inside == key.starts_with("ad"));
  }
}

TEST_CASE("a prefix that no name has is refused, and why") {
  struct Row {
    std::string text;
    std::string_view what;
  };
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "\u00e9";
  CHECK(NamePrefix::parse(longest));
  const auto row = GENERATE_COPY(Row{"", "empty"}, Row{longest + "e", "200"}, Row{"a\n", "control"},
                                 Row{"\xC3", "UTF-8"}, Row{"\U0010ffff", "U+10FFFF"});
  const auto prefix = NamePrefix::parse(row.text);
  REQUIRE_FALSE(prefix);
  CHECK(prefix.error().find(row.what) != std::string::npos);
}

}  // namespace
}  // namespace rollcall
