#include "http/wire/media_type.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace rollcall::http {

namespace {

// Takes the part before the first separator off the text. No quoted string of a type that we know
// holds one.
std::string_view take_until(char separator, std::string_view& text) {
  auto end = text.find(separator);
  auto part = trimmed(text.substr(0, end));
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

struct Parameter {
  std::string_view name;
  std::string_view value;
};

Parameter parameter_of(std::string_view text) {
  auto name = take_until('=', text);
  auto value = trimmed(text);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return {name, value};
}

bool says_utf8_only(std::string_view parameters) {
  while (!parameters.empty()) {
    auto text = take_until(';', parameters);
    if (text.empty()) continue;
    auto [name, value] = parameter_of(text);
    if (!equal_ignoring_case(name, "charset") || !equal_ignoring_case(value, "utf-8")) return false;
  }
  return true;
}

// How well text/<subtype> fits, in thousandths, by the most specific range that covers it.
int quality_of(std::string_view accept, std::string_view subtype) {
  int quality = 0;
  int best_fit = 0;
  while (!accept.empty()) {
    auto range = take_until(',', accept);
    auto type = take_until(';', range);
    int fit = 0;
    if (type == "*/*") fit = 1;
    if (equal_ignoring_case(type, "text/*")) fit = 2;
    if (equal_ignoring_case(type, std::string("text/").append(subtype))) fit = 3;
    if (fit <= best_fit) continue;
    best_fit = fit;
    quality = 1'000;
    while (!range.empty()) {
      auto [name, value] = parameter_of(take_until(';', range));
      double weight = 0;
      auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), weight);
      if (equal_ignoring_case(name, "q") && fault == std::errc()) {
        quality = static_cast<int>(std::clamp(weight, 0.0, 1.0) * 1'000);
      }
    }
  }
  return quality;
}

}  // namespace

std::optional<Problem> refuse_media_type(const Request& request,
                                         std::initializer_list<std::string_view> types) {
  auto coding = request.field("Content-Encoding");
  if (coding && !equal_ignoring_case(trimmed(*coding), "identity")) {
    return Problem{ProblemType::unsupported_media_type, "a body in a content coding is not read"};
  }
  auto parameters = request.field("Content-Type").value_or(std::string_view());
  auto type = take_until(';', parameters);
  for (auto known : types) {
    if (equal_ignoring_case(type, known) && says_utf8_only(parameters)) return std::nullopt;
  }
  std::string detail = "Content-Type must be ";
  for (auto known : types) {
    if (known != *types.begin()) detail.append(" or ");
    detail.append(known);
  }
  detail.append(", in UTF-8");
  return Problem{ProblemType::unsupported_media_type, std::move(detail)};
}

bool prefers_html(const Request& request) {
  auto accept = request.field("Accept");
  return accept && quality_of(*accept, "html") > quality_of(*accept, "plain");
}

}  // namespace rollcall::http
