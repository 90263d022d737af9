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

/// Keeps users and used-up ids in arrays, so that one call asks a database about all of them.
/// Reports errors, the reader's and the database's, in the order of the file.
class ImportBatch {
 public:
  /// Whether the record may join the batch. A batch has users or used-up ids, not both, so that
  /// they come into the directory in the order of the file.
  bool takes(const Record& record) const;
  void take(Record record);
  void clear();

  std::size_t size() const { return lines_.size(); }
  /// Those whose lines can be read.
  std::span<const db::ImportedUser> users() const { return users_; }
  std::span<const db::UsedId> used_ids() const { return used_ids_; }

  /// Reports each line that the reader refused, and each for whose entry, the n-th of `users` or
  /// `used_ids`, `error_of(n)` has an error. Returns their number.
  using ErrorOfEntry = std::function<std::optional<std::string>(std::size_t)>;
  std::int64_t report(const ErrorOfEntry& error_of, ImportProgress& progress) const;

 private:
  struct Line {
    std::int64_t first;
    std::int64_t last;
    std::optional<std::string> error{};  // none: the line has the next entry
  };

  std::vector<Line> lines_{};
  std::vector<db::ImportedUser> users_{};
  std::vector<db::UsedId> used_ids_{};
};

}  // namespace rollcall::app
