// Content-Type, Accept and Content-Encoding. Each line of the input is the value of a field line;
// its first byte says of which field: t, a or e.
#include <algorithm>
#include <string>
#include <vector>

#include "http/wire/media_type.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

constexpr std::string_view types = "application/json, application/merge-patch+json";

http::Request request_with(const std::vector<http::Field>& fields) {
  http::Request request;
  request.fields = fields;
  return request;
}

std::string changed(std::string_view text, char first, char last, int by) {
  std::string out(text);
  for (char& c : out) c = c >= first && c <= last ? static_cast<char>(c + by) : c;
  return out;
}
std::string lower(std::string_view text) { return changed(text, 'A', 'Z', 'a' - 'A'); }
std::string upper(std::string_view text) { return changed(text, 'a', 'z', 'A' - 'a'); }

bool accepts_type(std::string_view value) {
  const std::vector<http::Field> fields{{"Content-Type", value}};
  return !http::refuse_media_type(request_with(fields), types);
}

void check_type(std::string_view value) {
  const bool accepted = accepts_type(value);
  require(accepts_type(upper(value)) == accepted, "a media type has no case", {value});
  if (!accepted) return;
  const auto text = lower(http::trimmed(value));
  const auto type = text.substr(0, text.find_first_of("; \t"));
  require(type == "application/json" || type == "application/merge-patch+json",
          "only the listed types are accepted", {value});
}

bool prefers_html(std::string_view accept) {
  const std::vector<http::Field> fields{{"Accept", accept}};
  return http::prefers_html(request_with(fields), "text/plain");
}

// The text with html in place of plain and the other way round.
std::string mirrored(std::string_view text) {
  constexpr std::string_view html = "text/html";
  constexpr std::string_view plain = "text/plain";
  const auto all = lower(text);
  std::string out;
  for (std::string_view rest = all; !rest.empty();) {
    const bool is_html = rest.starts_with(html);
    const bool is_plain = rest.starts_with(plain);
    out += is_html ? plain : is_plain ? html : rest.substr(0, 1);
    rest.remove_prefix(is_html ? html.size() : is_plain ? plain.size() : 1);
  }
  return out;
}

}  // namespace

void check(std::string_view input) {
  std::vector<http::Field> fields;
  std::string accept;
  for (auto line : lines_of(input)) {
    const char kind = line.empty() ? 't' : line.front();
    line.remove_prefix(line.empty() ? 0 : 1);
    if (kind == 'a') {
      fields.push_back({"Accept", line});
      accept += (accept.empty() ? "" : ", ") + std::string(line);
    } else if (kind == 'e') {
      fields.push_back({"Content-Encoding", line});
    } else {
      check_type(line);
    }
  }
  const auto request = request_with(fields);
  const bool preferred = http::prefers_html(request, "text/plain");
  require(prefers_html(accept) == preferred, "several lines are one list", {accept});
  require(!preferred || !prefers_html(mirrored(accept)), "html and plain are not both preferred",
          {accept});
  const bool coded = std::any_of(fields.begin(), fields.end(), [](const auto& field) {
    return field.name == "Content-Encoding" && lower(field.value) != "identity";
  });
  require(http::refuse_content_coding(request).has_value() == coded,
          "no coding is read but identity", {input});
}

}  // namespace rollcall::fuzz
