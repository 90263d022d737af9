// Plans which users of a batch can be added, and under which ids, for an engine that has to know
// that before it writes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "db/importer.hpp"

namespace rollcall::db {

/// The ids that a batch may assign.
struct IdSupply {
  std::int64_t last;                                              // the largest id given before
  std::function<std::optional<std::int64_t>(std::int64_t)> next;  // its smallest id above this one
  std::function<bool(std::int64_t)> is_ours;                      // of an id above `last`
};

/// Every id above `last`: while other sessions cannot draw ids, or as a first estimate.
IdSupply all_above(std::int64_t last);
/// The ids that were drawn: ascending, all above `last`, with gaps where other sessions drew ids.
/// `ids` must outlive the supply.
IdSupply drawn(std::int64_t last, std::span<const std::int64_t> ids);

/// The result for each user, in order. A user is not added where `refused` has an entry for it,
/// where an earlier user of the batch has its id or one of its keys, or where another session has
/// drawn its id. A user without an id gets the next one above all that were assigned before,
/// explicit ids included. The error: no id is left.
tl::expected<std::vector<Importer::Added>, std::string> plan_import(
    std::span<const ImportedUser> users, std::span<const std::optional<ImportRejection>> refused,
    const IdSupply& ids);

/// The largest id of a plan, at least `last`.
std::int64_t largest_id(std::span<const Importer::Added> plan, std::int64_t last);

}  // namespace rollcall::db
