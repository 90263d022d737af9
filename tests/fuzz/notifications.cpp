// The payloads of PostgreSQL's notifications.
#include <string>
#include <vector>

#include "db/postgres/notifications.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

void check_change(const db::ChangeNotification& change, std::string_view text) {
  require(!change.origin.empty() && change.origin.find(' ') == std::string::npos,
          "an origin is a word", {text});
  if (change.everybody) {
    require(db::payload_of_everybody(change.origin) == text, "all users have one payload", {text});
    return;
  }
  std::vector<UserId> ids;
  for (const auto& payload : db::payloads_of(change.origin, change.ids)) {
    require(payload.size() <= db::max_payload || change.origin.size() + 20 > db::max_payload,
            "a payload is short enough", {payload});
    const auto again = db::parse_payload(payload);
    require(again && again->origin == change.origin && !again->everybody,
            "a payload that is written can be read", {payload});
    ids.insert(ids.end(), again->ids.begin(), again->ids.end());
  }
  require(!ids.empty() && ids == change.ids, "the payloads name all users", {text});
}

}  // namespace

void check(std::string_view input) {
  if (const auto change = db::parse_payload(input)) check_change(*change, input);
  if (const auto beat = db::parse_heartbeat(input)) {
    const auto again = beat->origin + " " + std::to_string(beat->number) + " " + beat->table;
    require(db::parse_heartbeat(again) == beat, "a heartbeat can be written", {input});
  }
}

}  // namespace rollcall::fuzz
