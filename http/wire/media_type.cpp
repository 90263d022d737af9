#include "http/wire/media_type.hpp"

#include <algorithm>
#include <restinio/helpers/http_field_parsers/accept.hpp>
#include <restinio/helpers/http_field_parsers/content-type.hpp>
#include <string>

namespace rollcall::http {

namespace {

namespace parsers = restinio::http_field_parsers;

// Whether the field has one of the types, and no parameter but charset=utf-8. RESTinio's parser
// returns types and names of parameters in lower case.
bool is_one_of(std::string_view value, std::initializer_list<std::string_view> types) {
  // RFC 9110 5.6.6 allows empty parameters; RESTinio's parser does not. Strip those at the end.
  value = value.substr(0, value.find_last_not_of("; \t") + 1);
  const auto parsed = parsers::content_type_value_t::try_parse(value);
  if (!parsed) return false;
  const auto& [type, subtype, parameters] = parsed->media_type;
  const auto name = type + "/" + subtype;
  return std::find(types.begin(), types.end(), name) != types.end() &&
         std::all_of(parameters.begin(), parameters.end(), [](const auto& parameter) {
           return parameter.first == "charset" && equal_ignoring_case(parameter.second, "utf-8");
         });
}

// The quality of text/<subtype>, 0 to 1,000: that of the most specific range that matches it.
unsigned quality_of(const parsers::accept_value_t& accept, std::string_view subtype) {
  unsigned quality = 0;
  int best_fit = 0;
  for (const auto& [range, weight, extensions] : accept.items) {
    int fit = 0;
    if (range.type == "*" && range.subtype == "*") fit = 1;
    if (range.type == "text" && range.subtype == "*") fit = 2;
    if (range.type == "text" && range.subtype == subtype) fit = 3;
    if (fit <= best_fit) continue;
    best_fit = fit;
    quality = weight ? weight->as_uint() : 1'000;
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
  auto type = request.field("Content-Type");
  if (type && is_one_of(*type, types)) return std::nullopt;
  std::string detail = "Content-Type must be ";
  for (auto known : types) {
    if (known != *types.begin()) detail.append(" or ");
    detail.append(known);
  }
  detail.append(", in UTF-8");
  return Problem{ProblemType::unsupported_media_type, std::move(detail)};
}

bool prefers_html(const Request& request) {
  auto field = request.field("Accept");
  if (!field) return false;
  const auto accept = parsers::accept_value_t::try_parse(*field);
  return accept && quality_of(*accept, "html") > quality_of(*accept, "plain");
}

}  // namespace rollcall::http
