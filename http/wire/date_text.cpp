#include "http/wire/date_text.hpp"

#include "http/wire/http_date.hpp"

namespace rollcall::http {

std::string_view DateText::at(Timestamp now) {
  auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != second_) {
    second_ = second;
    text_ = to_http_date(second);
  }
  return text_;
}

}  // namespace rollcall::http
