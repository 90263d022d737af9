#include "http/wire/target.hpp"

#include <charconv>
#include <unordered_set>
#include <utility>

#include "http/wire/faults.hpp"

namespace rollcall::http {

namespace {

// The tail of "<prefix><tail>", if it is one segment and not empty.
std::optional<std::string_view> segment_after(std::string_view path, std::string_view prefix) {
  if (path.size() <= prefix.size() || !path.starts_with(prefix)) return std::nullopt;
  auto tail = path.substr(prefix.size());
  if (tail.find('/') != std::string_view::npos) return std::nullopt;
  return tail;
}

Resource resource_of(std::string_view path, std::string_view& tail) {
  if (auto id = segment_after(path, "/users/")) {
    tail = *id;
    return Resource::user;
  }
  if (path == "/") return Resource::root;
  if (path == "/users") return Resource::users;
  if (path == "/problems") return Resource::problems;
  if (auto slug = segment_after(path, "/problems/")) {
    tail = *slug;
    return Resource::problem;
  }
  return path == "*" ? Resource::server : Resource::unknown;
}

std::optional<char> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<char>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<char>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<char>(c - 'A' + 10);
  return std::nullopt;
}

// Percent-decodes the text; in a query, + is a space, as in forms. Nothing if a % is not followed
// by two hexadecimal digits.
std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      if (text.size() - i < 3) return std::nullopt;
      auto high = hex_value(text[i + 1]);
      auto low = hex_value(text[i + 2]);
      if (!high || !low) return std::nullopt;
      out.push_back(static_cast<char>(*high * 16 + *low));
      i += 2;
    }
  }
  return out;
}

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
    auto name = decode(text.substr(0, equals), true);
    if (!name) return Parameter{std::string(text), {}, true};
    auto value = decode(
        equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1), true);
    if (!value) return Parameter{std::move(*name), {}, true};
    return Parameter{std::move(*name), std::move(*value)};
  }
  return std::nullopt;
}

using Fault = std::optional<std::string>;

// `read` returns what is wrong with a parameter that is well-formed and the first of its name. Each
// name has one fault at most.
template <class Read>
std::optional<Problem> read_parameters(std::string_view query, Read read) {
  if (query.empty()) return std::nullopt;  // as with most requests, which pay for no sets
  Faults faults;
  std::unordered_set<std::string> given;
  std::unordered_set<std::string> wrong;
  while (const auto parameter = next_parameter(query)) {
    Fault fault;
    if (parameter->malformed) {
      fault = "a percent sign is followed by two hexadecimal digits";
    } else if (!given.insert(parameter->name).second) {
      fault = "given twice";
    } else {
      fault = read(*parameter);
    }
    if (fault && wrong.insert(parameter->name).second) {
      faults.add_parameter(parameter->name, *fault);
    }
  }
  if (faults.empty()) return std::nullopt;
  return std::move(faults).of_query();
}

std::optional<int> parse_limit(std::string_view text) {
  int limit = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.front() == '0' || limit < 1 || limit > max_page) return std::nullopt;
  return limit;
}

}  // namespace

std::optional<UserId> parse_user_id(std::string_view tail) {
  if (tail.find('%') == std::string_view::npos) return UserId::parse(tail);
  auto decoded = decode(tail, false);
  if (!decoded) return std::nullopt;
  return UserId::parse(*decoded);
}

std::string_view origin_form(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size()) continue;
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    auto path = target.find_first_of("/?");
    // An absolute target without a path means the root (RFC 9110 4.2.3).
    if (path == std::string_view::npos) return "/";
    return target.substr(path);
  }
  return target;
}

std::string_view path_of(std::string_view target) {
  const auto text = origin_form(target);
  const auto path = text.substr(0, text.find('?'));
  return path.empty() ? "/" : path;  // RFC 9110 4.2.3
}

Target parse_target(std::string_view target) {
  auto text = origin_form(target);
  Target parsed;
  const auto question = text.find('?');
  parsed.path = text.substr(0, question);
  if (parsed.path.empty()) parsed.path = "/";
  if (question != std::string_view::npos) parsed.query = text.substr(question + 1);
  parsed.resource = resource_of(parsed.path, parsed.tail);
  return parsed;
}

std::string_view allowed_methods(Resource resource) {
  switch (resource) {
    case Resource::unknown:
      return "";
    case Resource::server:
      return "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    case Resource::root:
    case Resource::problems:
    case Resource::problem:
      return "GET, HEAD, OPTIONS";
    case Resource::users:
      return "GET, HEAD, POST, OPTIONS";
    case Resource::user:
      return "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
  }
  return "";
}

bool allows(Resource resource, Method method) {
  switch (method) {
    case Method::get:
    case Method::head:
      return resource != Resource::unknown && resource != Resource::server;
    case Method::post:
      return resource == Resource::users;
    case Method::put:
    case Method::patch:
    case Method::remove:
      return resource == Resource::user;
    case Method::options:
      return resource != Resource::unknown;
  }
  return false;
}

tl::expected<PageQuery, Problem> parse_page_query(std::string_view query) {
  PageQuery list;
  auto problem = read_parameters(query, [&](const Parameter& parameter) -> Fault {
    const auto& [name, value, malformed] = parameter;
    if (name == "limit") {
      if (value.empty()) return std::nullopt;
      const auto limit = parse_limit(value);
      if (!limit) return "a number from 1 to " + std::to_string(max_page) + " is allowed";
      list.limit = *limit;
    } else if (name == "after") {
      if (value.empty()) return std::nullopt;
      list.after = UserId::parse(value);
      if (!list.after) return "not a cursor that a page gave";
    } else {
      return "no such parameter; limit and after are allowed";
    }
    return std::nullopt;
  });
  if (problem) return tl::unexpected(std::move(*problem));
  return list;
}

std::optional<Problem> refuse_query(std::string_view query) {
  return read_parameters(
      query, [](const Parameter&) -> Fault { return "no such parameter; none is allowed here"; });
}

}  // namespace rollcall::http
