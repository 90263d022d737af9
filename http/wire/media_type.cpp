#include "http/wire/media_type.hpp"

#include <algorithm>
#include <array>
#include <restinio/helpers/http_field_parsers/accept.hpp>
#include <restinio/helpers/http_field_parsers/content-type.hpp>
#include <string>

namespace rollcall::http {

namespace {

namespace parsers = restinio::http_field_parsers;

// A charset that is known, and in which bytes mean something else than in UTF-8. RFC 8259 gives the
// parameter no meaning, so an unknown name is ignored.
bool is_other_charset(std::string_view charset) {
  constexpr std::array<std::string_view, 14> families{
      "utf-16", "utf-32", "utf-7", "ucs-", "iso-8859", "iso-2022",  "windows-",
      "latin",  "euc-",   "gb",    "big5", "koi8",     "shift_jis", "macintosh"};
  return std::any_of(families.begin(), families.end(), [charset](std::string_view family) {
    return charset.size() >= family.size() &&
           equal_ignoring_case(charset.substr(0, family.size()), family);
  });
}

// Whether the field has one of the types. RESTinio's parser returns types and names of parameters
// in lower case.
bool is_one_of(std::string_view value, std::string_view types) {
  // RFC 9110 5.6.6 allows empty parameters; RESTinio's parser does not. Strip those at the end.
  value = value.substr(0, value.find_last_not_of("; \t") + 1);
  const auto parsed = parsers::content_type_value_t::try_parse(value);
  if (!parsed) return false;
  const auto& [type, subtype, parameters] = parsed->media_type;
  const auto name = type + "/" + subtype;
  const auto list = ", " + std::string(types) + ",";
  const bool listed = list.find(" " + name + ",") != std::string::npos;
  return listed && std::none_of(parameters.begin(), parameters.end(), [](const auto& parameter) {
           return parameter.first == "charset" && is_other_charset(parameter.second);
         });
}

// The quality of a media type, 0 to 1,000: that of the most specific range that matches it. Its
// parameters are ignored.
unsigned quality_of(const parsers::accept_value_t& accept, std::string_view media_type) {
  media_type = media_type.substr(0, media_type.find(';'));
  const auto type = media_type.substr(0, media_type.find('/'));
  const auto subtype = media_type.substr(type.size() + 1);
  unsigned quality = 0;
  int best_fit = 0;
  for (const auto& [range, weight, extensions] : accept.items) {
    int fit = 0;
    if (range.type == "*" && range.subtype == "*") fit = 1;
    if (range.type == type && range.subtype == "*") fit = 2;
    if (range.type == type && range.subtype == subtype) fit = 3;
    if (fit <= best_fit) continue;
    best_fit = fit;
    quality = weight ? weight->as_uint() : 1'000;
  }
  return quality;
}

}  // namespace

std::optional<Problem> refuse_content_coding(const Request& request) {
  for (const auto& field : request.fields) {
    if (!equal_ignoring_case(field.name, "Content-Encoding")) continue;
    if (equal_ignoring_case(field.value, "identity")) continue;
    return Problem{ProblemType::unsupported_media_type, "a body in a content coding is not read"};
  }
  return std::nullopt;
}

std::optional<Problem> refuse_media_type(const Request& request, std::string_view types) {
  const auto type = request.field("Content-Type");
  if (type && is_one_of(*type, types)) return std::nullopt;
  return Problem{ProblemType::unsupported_media_type,
                 "Content-Type must be one of: " + std::string(types) + "; in UTF-8"};
}

bool prefers_html(const Request& request, std::string_view other) {
  std::string list;  // several lines are one list (RFC 9110 5.3)
  for (const auto& field : request.fields) {
    if (!equal_ignoring_case(field.name, "Accept")) continue;
    if (!list.empty()) list.append(", ");
    list.append(field.value);
  }
  if (list.empty()) return false;
  const auto accept = parsers::accept_value_t::try_parse(list);
  return accept && quality_of(*accept, "text/html") > quality_of(*accept, other);
}

}  // namespace rollcall::http
