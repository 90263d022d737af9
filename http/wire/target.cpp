#include "http/wire/target.hpp"

#include "http/wire/request.hpp"

namespace rollcall::http {

std::string_view origin_form(std::string_view target) {
  if (target.starts_with('/')) return target;
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

std::string_view path_of(std::string_view target) { return parse_target(target).path; }

Target parse_target(std::string_view target) {
  const auto text = origin_form(target);
  const auto question = text.find('?');
  Target parsed{text.substr(0, question)};
  if (parsed.path.empty()) parsed.path = "/";  // RFC 9110 4.2.3
  if (question != std::string_view::npos) parsed.query = text.substr(question + 1);
  return parsed;
}

}  // namespace rollcall::http
