#include "app/import_batch.hpp"

namespace rollcall::app {

void ImportBatch::take(Record record) {
  lines_.push_back({record.first_line, record.last_line});
  if (record.user) {
    users_.push_back(*std::move(record.user));
  } else {
    lines_.back().fault = std::move(record.user.error());
  }
}

void ImportBatch::clear() {
  lines_.clear();
  users_.clear();
}

std::int64_t ImportBatch::report(const FaultOfUser& fault_of, ImportProgress& progress) const {
  std::int64_t faults = 0;
  std::size_t user = 0;
  for (const Line& line : lines_) {
    const auto fault = line.fault ? line.fault : fault_of(user++);
    if (!fault) continue;
    progress.fault(line.first, line.last, *fault);
    ++faults;
  }
  return faults;
}

}  // namespace rollcall::app
