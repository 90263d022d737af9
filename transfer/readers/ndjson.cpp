#include "transfer/readers/ndjson.hpp"

#include <optional>
#include <vector>

#include "json/object.hpp"
#include "transfer/readers/draft.hpp"
#include "transfer/readers/printable.hpp"

namespace rollcall::app {
namespace {

using Kind = json::Member::Kind;

constexpr const char* used_id_forms =
    R"(an id that is used up is {"id":17,"deleted":true} or {"last_id":17}, and nothing else)";

/// A user, or an id that is used up: `deleted` or `last_id` tells the latter.
tl::expected<Entry, std::string> entry_in(const std::vector<json::Member>& members) {
  RecordDraft draft;
  int fields = 0;
  int marks = 0;
  bool deleted = false;
  std::optional<UserId> last_id;
  for (const json::Member& member : members) {
    if (member.name == "deleted") {
      ++marks;
      deleted = member.kind == Kind::boolean && member.boolean;
    } else if (member.name == "last_id") {
      ++marks;
      if (member.kind == Kind::integer) last_id = UserId::from(member.integer);
    } else if (const auto field = field_named(member.name)) {
      ++fields;
      draft.set(*field, member);
    } else {
      draft.add_error(member.name, "unknown field; the fields are " + field_list());
    }
  }
  if (marks == 0) return entry_of(draft.finish());
  const bool sound = marks == 1 && !draft.has_errors();
  if (sound && deleted && fields == 1 && draft.id()) return db::UsedId{*draft.id(), true};
  if (sound && last_id && fields == 0) return db::UsedId{*last_id, false};
  return tl::unexpected<std::string>{used_id_forms};
}

}  // namespace

tl::expected<std::optional<Record>, std::string> NdjsonReader::next() {
  const auto line = next_line();
  if (!line) return tl::unexpected{line.error()};
  if (!*line) return std::nullopt;
  const std::int64_t number = (*line)->number;
  if ((*line)->too_long) return Record{number, number, too_long_error()};
  return Record{number, number,
                json::parse_object((*line)->text).map_error(printable).and_then(entry_in)};
}

}  // namespace rollcall::app
