// The check of a whole file before its first write.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

#include "db/importer.hpp"
#include "transfer/import_progress.hpp"
#include "transfer/readers/readers.hpp"

namespace rollcall::app {

/// Reads the records after line `after` and reports all that an import of them would skip: what
/// the reader refuses, e-mails and ids that are taken in the directory or by an earlier line.
/// Returns their number. Writes nothing to the database; needs room for a temporary file. Blocks.
tl::expected<std::int64_t, std::string> check_users(db::Importer& importer, Reader& reader,
                                                    std::int64_t after, ImportProgress& progress);

}  // namespace rollcall::app
