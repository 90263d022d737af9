// `rollcall import`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "db/importer.hpp"
#include "transfer/import_progress.hpp"
#include "transfer/readers/file.hpp"
#include "transfer/readers/readers.hpp"

namespace rollcall::app {

struct ImportOptions {
  ImportFormat format;
  bool strict = false;  // validate the whole file before the first write
  bool again = false;   // also a file whose import was finished before
};

struct ImportSummary {
  std::int64_t added = 0;       // users
  std::int64_t used_up = 0;     // ids of deleted users
  std::int64_t skipped = 0;     // records that were reported
  std::int64_t after_line = 0;  // continues an interrupted import after this line; 0: none
};

/// Imports the file, `batch` records to a transaction, reporting each bad record to `progress`.
/// The error is one sentence for the operator; batches that were committed before it stay, and the
/// same call goes on after them. Blocks.
tl::expected<ImportSummary, std::string> import_users(db::Importer& importer,
                                                      const ImportFile& file,
                                                      const ImportOptions& options,
                                                      std::size_t batch, ImportProgress& progress);

/// Opens the database of the settings, or says why not.
using OpenImporter = std::function<tl::expected<std::unique_ptr<db::Importer>, std::string>()>;

/// The subcommand: opens the file and then the database, imports, prints the summary. Returns an
/// ExitCode; a failure is on stderr.
int run_import(const std::string& path, const ImportOptions& options, std::size_t batch,
               const OpenImporter& open);

}  // namespace rollcall::app
