#include "transfer/import_batch.hpp"

namespace rollcall::app {

bool ImportBatch::takes(const Record& record) const {
  if (!record.entry) return true;
  const bool is_user = std::holds_alternative<db::ImportedUser>(*record.entry);
  return is_user ? used_ids_.empty() : users_.empty();
}

void ImportBatch::take(Record record) {
  lines_.push_back({record.first_line, record.last_line});
  if (!record.entry) {
    lines_.back().fault = std::move(record.entry.error());
  } else if (auto* user = std::get_if<db::ImportedUser>(&*record.entry)) {
    users_.push_back(std::move(*user));
  } else {
    used_ids_.push_back(std::get<db::UsedId>(*record.entry));
  }
}

void ImportBatch::clear() {
  lines_.clear();
  users_.clear();
  used_ids_.clear();
}

std::int64_t ImportBatch::report(const FaultOfEntry& fault_of, ImportProgress& progress) const {
  std::int64_t faults = 0;
  std::size_t entry = 0;
  for (const Line& line : lines_) {
    const auto fault = line.fault ? line.fault : fault_of(entry++);
    if (!fault) continue;
    progress.fault(line.first, line.last, *fault);
    ++faults;
  }
  return faults;
}

}  // namespace rollcall::app
