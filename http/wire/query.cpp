#include "http/wire/query.hpp"

#include <unordered_set>
#include <utility>

#include "http/wire/faults.hpp"
#include "http/wire/percent.hpp"

namespace rollcall::http {

namespace {

struct Parameter {
  std::string name;  // the whole text if it is malformed
  std::string value;
  bool malformed = false;
};

// Takes the first parameter off the query; nothing if none is left.
std::optional<Parameter> next_parameter(std::string_view& query) {
  while (!query.empty()) {
    auto end = query.find('&');
    auto text = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (text.empty()) continue;
    auto equals = text.find('=');
    auto name = percent_decoded(text.substr(0, equals), Plus::space);
    if (!name) return Parameter{std::string(text), {}, true};
    auto value = percent_decoded(
        equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1),
        Plus::space);
    if (!value) return Parameter{std::move(*name), {}, true};
    return Parameter{std::move(*name), std::move(*value)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> read_query(
    std::string_view query,
    const std::function<ParameterFault(const std::string&, const std::string&)>& read) {
  Faults faults;
  std::unordered_set<std::string> given;
  std::unordered_set<std::string> wrong;
  while (const auto parameter = next_parameter(query)) {
    const auto& [name, value, malformed] = *parameter;
    ParameterFault fault;
    if (malformed) {
      fault = "a percent sign is followed by two hexadecimal digits";
    } else if (!given.insert(name).second) {
      fault = "given twice";
    } else {
      fault = read(name, value);
    }
    if (fault && wrong.insert(name).second) faults.add_parameter(name, *fault);
  }
  if (faults.empty()) return std::nullopt;
  return std::move(faults).of_query();
}

}  // namespace rollcall::http
