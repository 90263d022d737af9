// Lines of an imported file that are dealt with together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/importer.hpp"
#include "transfer/import_progress.hpp"
#include "transfer/readers/readers.hpp"

namespace rollcall::app {

/// Keeps the users apart from the lines, so that a database can be asked about all at once, and
/// tells errors of readers and of the database in the order of the file.
class ImportBatch {
 public:
  /// Whether the record may join: users and ids that are used up are in batches of their own, so
  /// that all comes into the directory in the order of the file.
  bool takes(const Record& record) const;
  void take(Record record);
  void clear();

  std::size_t size() const { return lines_.size(); }
  /// Those whose lines can be read.
  std::span<const db::ImportedUser> users() const { return users_; }
  std::span<const db::UsedId> used_ids() const { return used_ids_; }

  /// Reports each line whose reader has an error, or whose entry, the n-th of `users` or
  /// `used_ids`, has one by `error_of`. Returns their number.
  using ErrorOfEntry = std::function<std::optional<std::string>(std::size_t)>;
  std::int64_t report(const ErrorOfEntry& error_of, ImportProgress& progress) const;

 private:
  struct Line {
    std::int64_t first;
    std::int64_t last;
    std::optional<std::string> error{};  // else its entry is the next one
  };

  std::vector<Line> lines_{};
  std::vector<db::ImportedUser> users_{};
  std::vector<db::UsedId> used_ids_{};
};

}  // namespace rollcall::app
