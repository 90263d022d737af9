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
    lines_.back().error = std::move(record.entry.error());
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

std::int64_t ImportBatch::report(const ErrorOfEntry& error_of, ImportProgress& progress) const {
  std::int64_t errors = 0;
  std::size_t entry = 0;
  for (const Line& line : lines_) {
    const auto error = line.error ? line.error : error_of(entry++);
    if (!error) continue;
    progress.error(line.first, line.last, *error);
    ++errors;
  }
  return errors;
}

}  // namespace rollcall::app
