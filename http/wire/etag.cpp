#include "http/wire/etag.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "http/wire/http_date.hpp"

namespace rollcall::http {

namespace {

enum class Comparison { strong, weak };

// RFC 9110 8.8.3: etagc is any visible character but the quote, and obs-text.
bool is_etag_character(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

std::optional<std::int64_t> version_of(std::string_view tag) {
  if (tag.empty() || tag.front() < '1' || tag.front() > '9') return std::nullopt;
  std::int64_t version = 0;
  auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
  if (error != std::errc() || end != tag.data() + tag.size()) return std::nullopt;
  return version;
}

// Takes one entity tag off the text and notes its version; false where there is no tag.
bool take_tag(std::string_view& text, Comparison comparison, VersionSet& set) {
  bool weak = text.starts_with("W/");
  if (weak) text.remove_prefix(2);
  if (!text.starts_with('"')) return false;
  text.remove_prefix(1);
  std::size_t size = 0;
  while (size < text.size() && is_etag_character(text[size])) ++size;
  if (size == text.size() || text[size] != '"') return false;
  auto version = version_of(text.substr(0, size));
  if (version && !(weak && comparison == Comparison::strong)) set.versions.push_back(*version);
  text.remove_prefix(size + 1);
  return true;
}

// Takes the tags of a line, maybe none; false where there is anything else. Empty elements are
// passed over (RFC 9110 5.6.1.2).
bool take_list(std::string_view text, Comparison comparison, VersionSet& set) {
  while (true) {
    text = trimmed(text);
    while (text.starts_with(',')) text = trimmed(text.substr(1));
    if (text.empty()) return true;
    if (!take_tag(text, comparison, set)) return false;
    text = trimmed(text);
    if (!text.empty() && !text.starts_with(',')) return false;
  }
}

tl::expected<std::optional<VersionSet>, Problem> parse_set(const Request& request,
                                                           std::string_view name,
                                                           Comparison comparison) {
  std::optional<VersionSet> set;
  int lines = 0;
  bool valid = true;
  for (const auto& field : request.fields) {
    if (!equal_ignoring_case(field.name, name)) continue;
    if (!set) set.emplace();
    ++lines;
    if (trimmed(field.value) == "*") {
      set->any = true;
    } else {
      valid = valid && take_list(field.value, comparison, *set);
    }
  }
  if (set && set->any && lines > 1) valid = false;  // `*` stands alone
  if (!valid) {
    return tl::unexpected(
        Problem{ProblemType::invalid_parameter,
                std::string(name) + ": a list of entity tags such as \"1\", or *, is allowed"});
  }
  return set;
}

// One date. Several lines are a list, which is no date (RFC 9110 13.1.3, 13.1.4).
std::optional<SinceDate> parse_since(const Request& request, std::string_view name,
                                     const WallNow& now) {
  std::optional<std::string_view> value;
  for (const auto& field : request.fields) {
    if (!equal_ignoring_case(field.name, name)) continue;
    if (value) return std::nullopt;
    value = trimmed(field.value);
  }
  if (!value) return std::nullopt;
  const auto date = parse_http_date(*value, std::chrono::floor<std::chrono::seconds>(now()));
  return date ? std::optional(SinceDate{*date}) : std::nullopt;
}

// Quick, since most requests have no condition.
bool has_condition(const Request& request) {
  constexpr std::string_view prefix = "If-";
  return std::any_of(request.fields.begin(), request.fields.end(), [&](const Field& field) {
    return equal_ignoring_case(field.name.substr(0, prefix.size()), prefix);
  });
}

}  // namespace

std::string etag_of(std::int64_t version) { return "\"" + std::to_string(version) + "\""; }

tl::expected<Precondition, Problem> parse_precondition(const Request& request, const WallNow& now) {
  if (!has_condition(request)) return Precondition{};
  auto if_match = parse_set(request, "If-Match", Comparison::strong);
  if (!if_match) return tl::unexpected(if_match.error());
  auto if_none_match = parse_set(request, "If-None-Match", Comparison::weak);
  if (!if_none_match) return tl::unexpected(if_none_match.error());
  Precondition precondition{std::move(*if_match), std::move(*if_none_match)};
  if (!precondition.if_match) {
    precondition.if_unmodified_since = parse_since(request, "If-Unmodified-Since", now);
  }
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (reads && !precondition.if_none_match) {
    precondition.if_modified_since = parse_since(request, "If-Modified-Since", now);
  }
  return precondition;
}

}  // namespace rollcall::http
