// Which users of a batch can be added, and under which ids: for an engine that has to know before
// it writes.
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

/// The ids that a batch may give.
struct IdSupply {
  std::int64_t last;                                              // the largest id given before
  std::function<std::optional<std::int64_t>(std::int64_t)> next;  // the smallest of ours above it
  std::function<bool(std::int64_t)> is_ours;                      // of an id above `last`
};

/// Every id above `last`: others are kept from drawing any, or it is a first guess.
IdSupply all_above(std::int64_t last);
/// Those that were drawn, ascending, all above `last`; between them others may have drawn some.
IdSupply drawn(std::int64_t last, std::span<const std::int64_t> ids);

/// What becomes of each user, one after the other: those that `refused` refuses, and those whose id
/// or e-mail an earlier one has, are not added; an id that is given raises those that follow. The
/// error: no id is left.
tl::expected<std::vector<Importer::Added>, std::string> plan_import(
    std::span<const ImportedUser> users, std::span<const std::optional<ImportRejection>> refused,
    const IdSupply& ids);

/// The largest id of a plan, at least `last`.
std::int64_t largest_id(std::span<const Importer::Added> plan, std::int64_t last);

}  // namespace rollcall::db
