// The directory of the settings, of either engine, as the commands use it.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "config/settings.hpp"
#include "db/exporter.hpp"
#include "db/importer.hpp"
#include "db/migrations.hpp"

namespace rollcall::app {

// Errors are one sentence for the operator. All of these block.

/// Creates what is missing of the database and applies missing migrations.
tl::expected<std::unique_ptr<db::Importer>, std::string> open_importer(
    const config::Settings& settings);

/// Changes nothing: refused where there is no database, or one with an older schema.
tl::expected<std::unique_ptr<db::Exporter>, std::string> open_exporter(
    const config::Settings& settings);

/// Applies missing migrations; with `dry_run` only says which.
tl::expected<db::MigrationReport, std::string> migrate_directory(const config::Settings& settings,
                                                                 bool dry_run);

}  // namespace rollcall::app
