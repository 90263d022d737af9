// `rollcall export`.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include <tl/expected.hpp>

#include "config/settings.hpp"
#include "db/exporter.hpp"

namespace rollcall::app {

enum class ExportFormat { ndjson, csv };

/// Writes every user, ascending by id, with all fields: an import of that into an empty directory
/// makes the same users. Brings their number; the error says why the directory can't be read or the
/// stream can't be written. Blocks.
tl::expected<std::int64_t, std::string> export_users(db::Exporter& exporter, ExportFormat format,
                                                     std::ostream& out);

/// The subcommand: to standard output. Returns an ExitCode; a failure is on stderr.
int run_export(const config::Settings& settings, ExportFormat format);

}  // namespace rollcall::app
