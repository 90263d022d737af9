// The part of PgImporter that keeps ids from being given.
#include <algorithm>
#include <unordered_set>

#include "db/postgres/importer.hpp"
#include "db/postgres/statements.hpp"

namespace rollcall::db {

namespace {

namespace pg = sql::postgres;

}  // namespace

tl::expected<std::vector<std::optional<ImportRejection>>, std::string> PgImporter::rejections_of(
    std::span<const UsedId> ids) {
  return look_up_used(ids).map_error([](const PgError& error) { return error.explained(); });
}

tl::expected<std::vector<std::optional<ImportRejection>>, std::string> PgImporter::use_up(
    std::span<const UsedId> ids) {
  if (in_batch_) return tl::unexpected<std::string>("a batch is under way");
  auto errors = begin().and_then([&] { return keep_from_use(ids); });
  if (errors) return *std::move(errors);
  undo();
  return tl::unexpected(errors.error().explained());
}

PgImporter::Result<PgImporter::Rejections> PgImporter::keep_from_use(std::span<const UsedId> ids) {
  // A user whose insert is not committed yet would not be found.
  if (const auto locked = session_.run<pg::lock_out_writers>(); !locked) {
    return tl::unexpected(locked.error());
  }
  auto errors = look_up_used(ids);
  if (!errors) return errors;
  const auto last = look_up_last_id();
  if (!last) return tl::unexpected(last.error());
  std::vector<std::int64_t> deleted;
  std::int64_t largest = *last;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i].deleted && !(*errors)[i]) deleted.push_back(ids[i].id.value());
    largest = std::max(largest, ids[i].id.value());
  }
  auto done = session_.run<pg::add_deleted>(deleted);
  if (done && largest > *last) done = session_.run<pg::raise_last_id>(largest);
  if (!done) return tl::unexpected(done.error());
  return errors;
}

PgImporter::Result<PgImporter::Rejections> PgImporter::look_up_used(std::span<const UsedId> ids) {
  std::vector<std::int64_t> deleted;
  for (const UsedId& used : ids) {
    if (used.deleted) deleted.push_back(used.id.value());
  }
  const auto found = session_.run<pg::ids_among>(deleted);
  if (!found) return tl::unexpected(found.error());
  std::unordered_set<std::int64_t> taken;
  for (int i = 0; i < found->rows(); ++i) taken.insert(found->row<IdRow>(i).id);
  Rejections errors;
  for (const UsedId& used : ids) {
    const bool is_here = used.deleted && taken.contains(used.id.value());
    errors.push_back(is_here ? std::optional(id_taken(used.id)) : std::nullopt);
  }
  return errors;
}

}  // namespace rollcall::db
