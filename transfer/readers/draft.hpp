// A user in the making: the fields of one record, checked as they come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "db/importer.hpp"
#include "domain/user_fields.hpp"
#include "json/object.hpp"

namespace rollcall::app {

/// Collects the fields of one record and everything that is wrong with them. Only the name is
/// required.
class RecordDraft {
 public:
  /// Sets a field from text, as CSV has it. An empty text is an absent field, except for one that
  /// is required.
  void set_text(std::size_t field, std::string_view text);
  /// Sets a field from JSON. An empty string is an error.
  void set(std::size_t field, const json::Member& member);
  /// Anything else that is wrong; `what` is printable.
  void add_error(std::string_view field, std::string_view what);

  bool has_errors() const { return !errors_.empty(); }
  std::optional<UserId> id() const { return draft_.id; }
  /// The user, or all errors in one sentence.
  tl::expected<db::ImportedUser, std::string> finish() const;

 private:
  void note(std::size_t field, const std::optional<std::string>& error);

  UserDraft draft_{};
  bool name_given_ = false;
  std::string errors_{};
};

/// The one field that a record must have.
inline constexpr std::size_t name_field = field_index("name");

}  // namespace rollcall::app
