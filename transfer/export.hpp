// `rollcall export`.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include <tl/expected.hpp>

#include "db/exporter.hpp"

namespace rollcall::app {

enum class ExportFormat { ndjson, csv };

/// How much there was.
struct Exported {
  std::int64_t users = 0;
  std::int64_t used_ids = 0;  // in CSV they are left out
};

/// Writes every user, ascending by id, with all fields, and in NDJSON the ids that are used up: an
/// import of that into an empty directory makes the same users and gives none of these ids. The
/// error says why the directory can't be read or the stream can't be written. Blocks.
tl::expected<Exported, std::string> export_users(db::Exporter& exporter, ExportFormat format,
                                                 std::ostream& out);

/// The subcommand: exports to standard output. `exporter` may have the error of opening the
/// database. Returns an ExitCode; prints a failure on stderr.
int run_export(const tl::expected<std::unique_ptr<db::Exporter>, std::string>& exporter,
               ExportFormat format);

}  // namespace rollcall::app
