#include "db/change_log.hpp"

#include <limits>
#include <string_view>
#include <utility>

#include "domain/errors.hpp"

namespace rollcall::db {

namespace {

std::optional<ChangeKind> kind_named(std::string_view name) {
  for (const auto kind : {ChangeKind::created, ChangeKind::updated, ChangeKind::deleted}) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace

std::int64_t after_of(const ChangesQuery& query) {
  return query.after.value_or(std::numeric_limits<std::int64_t>::max());
}

tl::expected<void, std::string> ChangesReading::take(const ChangeRow& row) {
  if (!row.oldest || !row.newest) return tl::unexpected<std::string>("the log of changes is empty");
  oldest_ = *row.oldest;
  newest_ = *row.newest;
  // The oldest row only says where the log begins; the client has seen it, or its cursor expired.
  if (!row.seq || *row.seq <= oldest_) return {};
  const auto user = UserId::from(row.user_id.value_or(0));
  const auto kind = kind_named(row.kind.value_or(""));
  if (!user || !kind || !row.version || !row.at_ms) {
    return tl::unexpected("the row of change " + std::to_string(*row.seq) + " is not valid");
  }
  LoggedChange change{*row.seq, *user, *row.version, *kind,
                      Timestamp{std::chrono::milliseconds{*row.at_ms}}};
  if (row.by) change.by = std::string(*row.by);
  page_.changes.push_back(std::move(change));
  return {};
}

ChangesResult ChangesReading::page() {
  if (query_.after && *query_.after < oldest_) return tl::unexpected(changes_expired(newest_));
  if (query_.after && *query_.after > newest_) return tl::unexpected(changes_unknown(newest_));
  const bool full = std::cmp_equal(page_.changes.size(), query_.limit);
  page_.next = full ? page_.changes.back().seq : newest_;
  return std::move(page_);
}

}  // namespace rollcall::db
