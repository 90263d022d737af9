// The field Prefer. Each line of the input is the value of a line of it.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "http/wire/prefer.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

using Lines = std::vector<std::string_view>;

std::optional<std::string> preferred(const Lines& lines, std::string_view name) {
  std::vector<http::Field> fields;
  for (const auto line : lines) fields.push_back({"Prefer", line});
  http::Request request;
  request.fields = fields;
  return http::preference_of(request, name);
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

void check(std::string_view input) {
  const auto lines = lines_of(input);
  for (const std::string name : {"return", "a"}) {
    const auto value = preferred(lines, name);
    require(preferred(lines, name == "a" ? "A" : "Return") == value, "a name has no case", {input});
    auto more = lines;
    const auto behind = name + "=behind";
    more.push_back(behind);
    require(preferred(more, name) == value.value_or("behind"), "the first of a name counts",
            {input});
    const auto before = "x;y=\",\" , " + name + " = before;z";
    more.insert(more.begin(), before);
    require(preferred(more, name) == "before", "what follows hides nothing", {input});
    if (input.find('"') == std::string_view::npos) {
      std::string list(input);
      std::replace(list.begin(), list.end(), '\n', ',');
      require(preferred({list}, name) == value, "several lines are one list", {input});
    }
    if (!value) continue;
    const auto again = name + "=" + quoted(*value);
    require(preferred({again}, name) == value, "a value can be quoted", {input, again});
  }
}

}  // namespace rollcall::fuzz
