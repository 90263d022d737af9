#include "http/wire/faults.hpp"

#include <utility>

namespace rollcall::http {

namespace {

constexpr std::size_t longest_name = 100;
constexpr std::string_view ellipsis = "\xe2\x80\xa6";

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The member's name as a JSON Pointer (RFC 6901). What was cut off is no part of an escape.
std::string pointer_to(std::string_view name) {
  std::string pointer = "/";
  for (char c : cut_name(name)) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
  return pointer;
}

}  // namespace

std::string cut_name(std::string_view name) {
  if (name.size() <= longest_name) return std::string(name);
  auto end = longest_name;
  // A character has 3 such bytes at most; where there are more, the name is no UTF-8.
  while (end > longest_name - 3 && continues_character(name[end])) --end;
  return std::string(name.substr(0, end)).append(ellipsis);
}

void Faults::add_field(std::string_view name, std::string_view detail) {
  if (++count_ <= max_listed_faults) listed_.push_back({pointer_to(name), std::string(detail)});
}

void Faults::add_parameter(std::string_view name, std::string_view detail) {
  if (++count_ <= max_listed_faults) listed_.push_back({cut_name(name), std::string(detail)});
}

std::string Faults::summary(std::string_view one, std::string_view several) const {
  if (count_ == 1) return std::string(one);
  auto text = std::to_string(count_).append(" ").append(several);
  if (count_ > listed_.size()) {
    text.append("; the first " + std::to_string(listed_.size()) + " are named");
  }
  return text;
}

Problem Faults::of_body() && {
  auto detail = summary("1 field is wrong", "fields are wrong");
  return {ProblemType::validation_failed, std::move(detail), std::move(listed_)};
}

Problem Faults::of_query() && {
  const auto& first = listed_.front();
  auto detail = summary(first.place + ": " + first.detail, "parameters are wrong");
  return {ProblemType::invalid_parameter, std::move(detail), std::move(listed_)};
}

}  // namespace rollcall::http
