// Text as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::http {

/// What stands between the quotes of a JSON string: the text, escaped where it must be (RFC 8259
/// 7). Bytes that are not UTF-8 become U+FFFD, so that the result always is.
class JsonText {
 public:
  explicit JsonText(std::string_view text);
  JsonText(const JsonText&) = delete;
  JsonText& operator=(const JsonText&) = delete;

  /// Valid as long as this and the text that it was made of.
  std::string_view view() const { return view_; }

 private:
  std::string quoted_{};
  std::string_view view_;
};

}  // namespace rollcall::http
