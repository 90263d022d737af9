// The keys by which e-mails and usernames are unique.
#include "domain/text_key.hpp"

#include "tests/support/catch.hpp"

namespace rollcall {
namespace {

TEST_CASE("the key of ASCII text is that text in lower case, whatever it is") {
  for (const auto& [text, key] : std::vector<std::pair<std::string, std::string>>{
           {"Ada", "ada"}, {"a_B-c!#", "a_b-c!#"}, {"[", "["}, {"{", "{"}, {"ss", "ss"}}) {
    CHECK(text_key(text) == key);
  }
  for (const auto& [text, key] : std::vector<std::pair<std::string, std::string>>{
           {"Ada@Example.ORG", "ada@example.org"},
           {"a@Local_Host", "a@local_host"},
           {"A@-x-.Example.", "a@-x-.example."},
           {"a@XN--MNCHEN-3YA.example", "a@xn--mnchen-3ya.example"},
           {"a@xn--not-valid-.example", "a@xn--not-valid-.example"}}) {
    CHECK(email_key(text) == key);
  }
}

// CaseFolding.txt, its statuses C and F.
TEST_CASE("texts that differ in case only have one key, whatever the script") {
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"\u00C9VA", "\u00E9va"},                                  // É
           {"Stra\u00DFe", "STRASSE"},                                // ß, ss
           {"STRA\u1E9EE", "strasse"},                                // capital ß
           {"\u039F\u0394\u039F\u03A3", "\u03BF\u03B4\u03BF\u03C2"},  // final sigma
           {"\u03BF\u03B4\u03BF\u03C3", "\u03BF\u03B4\u03BF\u03C2"},
           {"\u0410\u0414\u0410", "\u0430\u0434\u0430"},  // Cyrillic
           {"\uFB01n", "FIN"},                            // a ligature
           {"\u13A0", "\uAB70"}}) {                       // Cherokee
    CHECK(text_key(one) == text_key(other));
  }
}

TEST_CASE("case folds as in every language but Turkish") {
  CHECK(text_key("I\u00E9") == text_key("i\u00E9"));
  CHECK(text_key("\u0131") == "\u0131");  // dotless i
  CHECK(text_key("\u0131") != text_key("I"));
  CHECK(text_key("\u0130") == "i\u0307");  // I with a dot
  CHECK(text_key("\u0130") == text_key("I\u0307"));
}

// UAX 15.
TEST_CASE("texts that are canonically equivalent have one key, in NFC") {
  CHECK(text_key("e\u0301") == "\u00E9");
  CHECK(text_key("\u212B") == "\u00E5");                                    // the sign of angstrom
  CHECK(text_key("\u1100\u1161") == "\uAC00");                              // Hangul
  CHECK(text_key("a\u0323\u0307") == text_key("a\u0307\u0323"));            // order of marks
  CHECK(text_key("\u0391\u0345\u0301") == text_key("\u0391\u0301\u0345"));  // iota below
  CHECK(text_key("\u1FBC\u0301") == text_key("\u0391\u0301\u0345"));
}

TEST_CASE("texts that only look alike have keys of their own") {
  CHECK(text_key("\u0430") != text_key("a"));  // Cyrillic a
  CHECK(text_key("\uFF41") != text_key("a"));  // wide a: NFKC, not NFC
  CHECK(text_key("x\u00B2") != text_key("x2"));
  CHECK(text_key("\u00E9") != text_key("e"));
}

// RFC 5891, UTS 46.
TEST_CASE("the domain of an e-mail is compared in A-labels") {
  CHECK(email_key("a@m\u00FCnchen.example") == "a@xn--mnchen-3ya.example");
  CHECK(email_key("A@M\u00DCNCHEN.Example") == "a@xn--mnchen-3ya.example");
  CHECK(email_key("a@mu\u0308nchen.example") == "a@xn--mnchen-3ya.example");
  CHECK(email_key("a@\u1FB7\u0308.x") == email_key("a@\u03B1\u0342\u0308\u0345.x"));
  CHECK(email_key("a@m\u00FCnchen") == "a@xn--mnchen-3ya");
  CHECK(email_key("a@m\u00FCnchen\u3002example") == "a@xn--mnchen-3ya.example");  // wide dot
  CHECK(email_key("a@\uFF45xample.org") == "a@example.org");                      // wide e
  CHECK(email_key("a@fa\u00DF.de") == "a@xn--fa-hia.de");  // nontransitional: not fass.de
  CHECK(email_key("a@\u03B2\u03CC\u03BB\u03BF\u03C2.com") == "a@xn--nxasmm1c.com");  // final sigma
  CHECK(email_key("a@\u0646\u0627\u0645\u0647\u200C\u0627\u06CC.com") ==
        "a@xn--mgba3gch31f060k.com");  // ZWNJ between Arabic letters (RFC 5892 A.1)
}

TEST_CASE("the part before the @ is not that of a domain") {
  CHECK(email_key("J\u00D6RG@Example.org") == "j\u00F6rg@example.org");
  CHECK(email_key("stra\u00DFe@stra\u00DFe.example") == "strasse@xn--strae-oqa.example");
  CHECK(email_key("\uFF41@example.org") == "\uFF41@example.org");
}

TEST_CASE("a domain that is not valid has its folded text for a key") {
  CHECK(email_key("a@\u2603.Example") == "a@\u2603.example");    // no letter (RFC 5892)
  CHECK(email_key("a@-\u00DC.example") == "a@-\u00FC.example");  // RFC 5891 4.2.3.1
  CHECK(email_key("a@ab--E\u0301.example") == "a@ab--\u00E9.example");
  CHECK(email_key("\u00C9@Under_Score") == "\u00E9@under_score");
  std::string label;
  for (int i = 0; i < 64; ++i) label += "\u00DC";
  CHECK(email_key("a@" + label + ".example") == text_key("a@" + label + ".example"));
}

TEST_CASE("a key has one @") {
  for (const std::string text : {"a@b\uFF20c.example", "a@\u00FC\uFF20c", "a\uFF20b@\u00FC.c"}) {
    const auto key = email_key(text);
    CHECK(key.find('@') == key.rfind('@'));
  }
}

TEST_CASE("a key is its own key") {
  for (const std::string text :
       {"\u00C9@M\u00DCNCHEN.example", "\u1E9E@fa\u00DF.de", "\u0130@\u0130.example",
        "a@\u2603.Example", "\u0391\u0345\u0301@x", "\u01F0@\u1E96.x", "a@.\u00FC"}) {
    CHECK(email_key(email_key(text)) == email_key(text));
    CHECK(text_key(text_key(text)) == text_key(text));
  }
}

}  // namespace
}  // namespace rollcall
