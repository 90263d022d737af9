#include "domain/record.hpp"

#include <string>
#include <utility>
#include <vector>

#include "domain/errors.hpp"

namespace rollcall {

namespace {

std::vector<FieldError> differences(const Record& record, const ExpectedRecord& expected) {
  std::vector<FieldError> fields;
  if (expected.version && *expected.version != record.version) {
    fields.push_back({"version", "is not the user's, which is " + std::to_string(record.version)});
  }
  if (expected.created_at && *expected.created_at != record.created_at) {
    fields.push_back(
        {"created_at", "is not the user's, which is " + to_rfc3339(record.created_at)});
  }
  if (expected.updated_at && *expected.updated_at != record.updated_at) {
    fields.push_back(
        {"updated_at", "is not the user's, which is " + to_rfc3339(record.updated_at)});
  }
  return fields;
}

}  // namespace

std::optional<Error> refuse(const Record& record, const Precondition& precondition,
                            const ExpectedRecord& expected) {
  if (!precondition.holds(record.version, record.updated_at)) {
    return precondition_failed(record.version, record.updated_at);
  }
  auto fields = differences(record, expected);
  if (fields.empty()) return std::nullopt;
  return validation_failed(std::move(fields), record.version);
}

}  // namespace rollcall
