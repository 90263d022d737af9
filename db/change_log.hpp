// Makes a page of changes of the rows of the log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "db/change_statements.hpp"
#include "domain/change_log.hpp"

namespace rollcall::db {

/// The kind as the column `kind` has it.
constexpr std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::created:
      return "created";
    case ChangeKind::updated:
      return "updated";
    case ChangeKind::deleted:
      return "deleted";
  }
  return {};
}

/// The seq behind which the page begins; without `after`, behind every change.
std::int64_t after_of(const ChangesQuery& query);

/// Makes a page of the rows of changes_after or changes_of_user.
class ChangesReading {
 public:
  explicit ChangesReading(const ChangesQuery& query) : query_(query) {}

  /// Takes the next row; or says what is wrong with it, for the log.
  tl::expected<void, std::string> take(const ChangeRow& row);
  /// To be called once, after the last row.
  ChangesResult page();

 private:
  ChangesQuery query_;
  std::int64_t oldest_ = 0;
  std::int64_t newest_ = 0;
  ChangesPage page_{{}, 0};
};

}  // namespace rollcall::db
