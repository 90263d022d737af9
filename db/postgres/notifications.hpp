// The payloads of NOTIFY, by which a node reports its writes to the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/user.hpp"

namespace rollcall::db {

/// PostgreSQL refuses a payload of 8,000 bytes and more, and the transaction with it.
inline constexpr std::size_t max_payload = 7'900;
/// Above this many users a payload says "all": cheaper than naming them.
inline constexpr std::size_t max_named = 10'000;

/// "<origin> <id>,<id>,..." or "<origin> *" for everybody.
struct ChangeNotification {
  std::string origin;  // who wrote: a node, "import", "command", or "sql" for the triggers
  std::vector<UserId> ids{};
  bool everybody = false;

  bool operator==(const ChangeNotification&) const = default;
};

/// The payloads that name these users: as few as `max_payload` allows; one for everybody where
/// there are more than `max_named`; none for no users. `origin` must not contain spaces.
std::vector<std::string> payloads_of(const std::string& origin, std::span<const UserId> ids);
/// The payload for everybody.
std::string payload_of_everybody(const std::string& origin);

/// The channel of changes, which every version of Rollcall listens to.
inline constexpr std::string_view change_channel = "rollcall";

/// "<origin> <number> <table>" on the channel `rollcall_heartbeat`.
struct HeartbeatNotification {
  std::string origin;
  std::uint64_t number = 0;
  std::string table{};  // the OID of the table users; "none" where it does not exist

  bool operator==(const HeartbeatNotification&) const = default;
};
/// Nothing where it is no such payload.
std::optional<HeartbeatNotification> parse_heartbeat(std::string_view payload);

/// Nothing where it is no such payload: another program used the channel.
std::optional<ChangeNotification> parse_payload(std::string_view payload);

}  // namespace rollcall::db
