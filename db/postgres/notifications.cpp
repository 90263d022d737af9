#include "db/postgres/notifications.hpp"

#include <charconv>

namespace rollcall::db {

std::vector<std::string> payloads_of(const std::string& origin, std::span<const UserId> ids) {
  if (ids.size() > max_named) return {payload_of_everybody(origin)};
  std::vector<std::string> payloads;
  for (const UserId id : ids) {
    const std::string number = std::to_string(id.value());
    if (payloads.empty() || payloads.back().size() + 1 + number.size() > max_payload) {
      payloads.push_back(origin + ' ' + number);
    } else {
      (payloads.back() += ',') += number;
    }
  }
  return payloads;
}

std::string payload_of_everybody(const std::string& origin) { return origin + " *"; }

std::optional<HeartbeatNotification> parse_heartbeat(std::string_view payload) {
  const auto first = payload.find(' ');
  const auto last = payload.rfind(' ');
  if (first == std::string_view::npos || first == 0 || first == last) return std::nullopt;
  HeartbeatNotification beat{std::string(payload.substr(0, first)), 0,
                             std::string(payload.substr(last + 1))};
  const auto number = payload.substr(first + 1, last - first - 1);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), beat.number);
  if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  return beat;
}

std::optional<ChangeNotification> parse_payload(std::string_view payload) {
  const auto space = payload.find(' ');
  if (space == std::string_view::npos || space == 0) return std::nullopt;
  ChangeNotification notification{std::string(payload.substr(0, space))};
  auto list = payload.substr(space + 1);
  if (list == "*") {
    notification.everybody = true;
    return notification;
  }
  while (true) {
    const auto comma = list.find(',');
    const auto id = UserId::parse(list.substr(0, comma));
    if (!id) return std::nullopt;
    notification.ids.push_back(*id);
    if (comma == std::string_view::npos) return notification;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace rollcall::db
