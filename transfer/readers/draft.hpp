// A user in the making: the fields of one record, checked as they come.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "db/importer.hpp"

namespace rollcall::app {

/// What a record may say of a user. Only the name is required.
enum class UserField { id, name, email, version, created_at, updated_at };

/// The fields in the order in which `rollcall export` writes them.
inline constexpr std::array<std::string_view, 6> user_field_names{
    "id", "name", "email", "version", "created_at", "updated_at"};
/// The same for a message: "id, name, ...".
std::string user_field_list();

/// Nothing where no field has this name.
std::optional<UserField> user_field_named(std::string_view name);
std::string_view name_of(UserField field);

/// Whether the field is a whole number, where the format has types.
bool is_number(UserField field);

/// Collects the fields of one record and everything that is wrong with them.
class UserDraft {
 public:
  /// Sets a field from text, as CSV has it. An empty text is an absent field, except for the name.
  void set_text(UserField field, std::string_view text);
  void set_number(UserField field, std::int64_t number);
  /// A field that is there with a value that no setter takes.
  void reject(UserField field, std::string_view what);
  /// Anything else that is wrong; `what` is printable.
  void add_fault(std::string_view field, std::string_view what);

  bool has_faults() const { return !faults_.empty(); }
  std::optional<UserId> id() const { return id_; }
  /// The user, or all faults in one sentence.
  tl::expected<db::ImportedUser, std::string> finish() const;

 private:
  std::optional<UserId> id_{};
  std::optional<UserName> name_{};
  std::optional<Email> email_{};
  std::optional<std::int64_t> version_{};
  std::optional<Timestamp> created_at_{};
  std::optional<Timestamp> updated_at_{};
  bool name_given_ = false;
  std::string faults_{};
};

}  // namespace rollcall::app
