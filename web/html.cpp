#include "web/html.hpp"

namespace rollcall::web {

namespace {

Html start_tag(std::string_view name, std::initializer_list<Attribute> attributes) {
  auto tag = Html::markup("<") + Html::markup(name);
  for (const auto& [attribute, value] : attributes) {
    tag += Html::markup(" ") + Html::markup(attribute);
    if (!value.empty()) tag += Html::markup("=\"") + value + Html::markup("\"");
  }
  return tag + Html::markup(">");
}

}  // namespace

Html Html::markup(std::string_view constant) {
  Html made;
  made.html_ = constant;
  return made;
}

Html& Html::operator+=(const Html& other) {
  html_ += other.html_;
  return *this;
}

void Html::append_text(std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        html_ += "&amp;";
        break;
      case '<':
        html_ += "&lt;";
        break;
      case '>':
        html_ += "&gt;";
        break;
      case '"':
        html_ += "&quot;";
        break;
      case '\'':
        html_ += "&#39;";
        break;
      default:
        html_ += c;
    }
  }
}

Html element(std::string_view name, std::initializer_list<Attribute> attributes,
             const Html& content) {
  auto made = start_tag(name, attributes) + content;
  return made + Html::markup("</") + Html::markup(name) + Html::markup(">");
}

Html element(std::string_view name, const Html& content) { return element(name, {}, content); }

Html void_element(std::string_view name, std::initializer_list<Attribute> attributes) {
  return start_tag(name, attributes);
}

Html link(std::string_view href, const Html& content) {
  return element("a", {{"href", href}}, content);
}

Html code(const Html& content) { return element("code", content); }

Html prose(std::string_view text) {
  Html made;
  for (bool is_code = false;; is_code = !is_code) {
    const auto part = text.substr(0, text.find('`'));
    made += is_code ? code(part) : Html(part);
    if (part.size() == text.size()) return made;
    text.remove_prefix(part.size() + 1);
  }
}

}  // namespace rollcall::web
