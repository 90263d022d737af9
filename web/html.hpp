// HTML text that is made of escaped parts.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace rollcall::web {

/// Text or elements. Text that enters it is escaped, so that no value can become markup.
class Html {
 public:
  Html() = default;
  /// Text becomes HTML wherever HTML is needed: that is what keeps it escaped.
  template <std::convertible_to<std::string_view> Text>
  Html(const Text& text) {  // NOLINT(google-explicit-constructor)
    append_text(text);
  }
  /// Markup that stands in the source code; never a value.
  static Html markup(std::string_view constant);

  Html& operator+=(const Html& other);
  friend Html operator+(Html left, const Html& right) { return left += right; }

  const std::string& str() const { return html_; }

 private:
  void append_text(std::string_view text);

  std::string html_{};
};

struct Attribute {
  std::string_view name;
  std::string_view value;  // escaped like text; empty: true
};

Html element(std::string_view name, std::initializer_list<Attribute> attributes,
             const Html& content);
Html element(std::string_view name, const Html& content);

/// An element that has no content and no end tag, as `input`.
Html void_element(std::string_view name, std::initializer_list<Attribute> attributes);

Html link(std::string_view href, const Html& content);
Html code(const Html& content);
/// Text in which `code` stands between backticks.
Html prose(std::string_view text);

}  // namespace rollcall::web
