#include "http/api/change_endpoints.hpp"

#include <charconv>
#include <string>

namespace rollcall::http {

namespace {

// A decimal number without sign and leading zeros.
std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  const bool plain = text.front() != '-' && (text.front() != '0' || text.size() == 1);
  return whole && plain ? std::optional(number) : std::nullopt;
}

ParameterFault read_cursor(std::string_view text, Arguments& arguments) {
  arguments.changes.after = number_in(text);
  if (!arguments.changes.after) return "a number from 0 to 9223372036854775807 is allowed";
  return std::nullopt;
}

ParameterFault read_most(std::string_view text, Arguments& arguments) {
  const auto limit = number_in(text);
  if (!limit || *limit < 1 || *limit > max_changes) {
    return "a number from 1 to " + std::to_string(max_changes) + " is allowed";
  }
  arguments.changes.limit = static_cast<int>(*limit);
  return std::nullopt;
}

ParameterFault read_changed_user(std::string_view text, Arguments& arguments) {
  arguments.changes.user = UserId::parse(text);
  if (!arguments.changes.user) return "a user's id is allowed";
  return std::nullopt;
}

tl::expected<Outcome, Problem> list_changes(const Request&, Arguments&& arguments) {
  return Operation(arguments.changes);
}

tl::expected<Outcome, Problem> follow_changes(const Request&, Arguments&& arguments) {
  return Operation(FollowChanges{arguments.changes});
}

constexpr std::string_view seq_schema = R"({"type":"integer","format":"int64","minimum":0})";
const Parameter of_user{"user", "Only the changes of this user.",
                        R"({"type":"integer","format":"int64","minimum":1})", read_changed_user};

}  // namespace

std::vector<Endpoint> change_endpoints() {
  return {
      {.method = Method::get,
       .path = "/changes",
       .operation = "listChanges",
       .summary = "Lists the changes of users in the order of their commits.",
       .kind = RequestKind::page,
       .parameters = {{"after",
                       "The change after which the page begins; without it the page is empty.",
                       seq_schema, read_cursor},
                      {"limit", "The most changes that the page has.",
                       R"({"type":"integer","minimum":1,"maximum":500,"default":50})", read_most},
                      of_user},
       .answers = {{200, "A page.", {json_type}, "ChangesPage", {"Cache-Control", "Link"}}},
       .problems = {ProblemType::changes_expired},
       .handle = list_changes},
      {.method = Method::get,
       .path = "/events",
       .operation = "followChanges",
       .summary = "Sends the changes of users as events, as they are committed.",
       .kind = RequestKind::page,
       .parameters = {{"after",
                       "The change after which to begin; without it at the end of the log.",
                       seq_schema, read_cursor},
                      of_user},
       .fields = {{"Last-Event-ID", "The id of the last event that the client has; precedes after.",
                   seq_schema, read_cursor}},
       .answers = {{200,
                    "Server-sent events, until the connection closes.",
                    {events_type},
                    {},
                    {"Cache-Control", "X-Accel-Buffering"}}},
       .problems = {ProblemType::changes_expired},
       .handle = follow_changes}};
}

}  // namespace rollcall::http
