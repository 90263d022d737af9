// Lines of an imported file that are dealt with together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/import_progress.hpp"
#include "app/readers.hpp"
#include "db/importer.hpp"

namespace rollcall::app {

/// Keeps the users apart from the lines, so that a database can be asked about all at once, and
/// tells faults of readers and of the database in the order of the file.
class ImportBatch {
 public:
  void take(Record record);
  void clear();

  std::size_t size() const { return lines_.size(); }
  /// Those whose lines can be read.
  std::span<const db::ImportedUser> users() const { return users_; }

  /// Reports each line whose reader has a fault, or whose user, the n-th of `users`, has one by
  /// `fault_of`. Brings their number.
  using FaultOfUser = std::function<std::optional<std::string>(std::size_t)>;
  std::int64_t report(const FaultOfUser& fault_of, ImportProgress& progress) const;

 private:
  struct Line {
    std::int64_t first;
    std::int64_t last;
    std::optional<std::string> fault{};  // else its user is the next one of `users_`
  };

  std::vector<Line> lines_{};
  std::vector<db::ImportedUser> users_{};
};

}  // namespace rollcall::app
