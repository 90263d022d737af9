#include "transfer/readers/draft.hpp"

#include <algorithm>
#include <charconv>

#include "transfer/readers/printable.hpp"

namespace rollcall::app {
namespace {

constexpr std::string_view id_range = "must be a whole number from 1 to 2^63-1";
constexpr std::string_view time_form = "must be a time like 2026-11-22T06:47:00.123Z";

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

std::string user_field_list() {
  std::string list;
  for (const std::string_view name : user_field_names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

std::optional<UserField> user_field_named(std::string_view name) {
  const auto at = std::find(user_field_names.begin(), user_field_names.end(), name);
  if (at == user_field_names.end()) return std::nullopt;
  return static_cast<UserField>(at - user_field_names.begin());
}

std::string_view name_of(UserField field) {
  return user_field_names[static_cast<std::size_t>(field)];
}

bool is_number(UserField field) { return field == UserField::id || field == UserField::version; }

void UserDraft::set_text(UserField field, std::string_view text) {
  if (field == UserField::name) {
    name_given_ = true;
    auto name = UserName::parse(text);
    if (!name) return add_fault("name", name.error());
    name_ = *std::move(name);
    return;
  }
  if (text.empty()) return;
  if (field == UserField::email) {
    auto email = Email::parse(text);
    if (!email) return add_fault("email", email.error());
    email_ = *std::move(email);
  } else if (is_number(field)) {
    const auto number = number_in(text);
    if (!number) return add_fault(name_of(field), id_range);
    set_number(field, *number);
  } else {
    const auto time = from_rfc3339(text);
    if (!time) return add_fault(name_of(field), time_form);
    (field == UserField::created_at ? created_at_ : updated_at_) = time;
  }
}

void UserDraft::set_number(UserField field, std::int64_t number) {
  if (number < 1) return add_fault(name_of(field), id_range);
  if (field == UserField::id) {
    id_ = UserId::from(number);
  } else {
    version_ = number;
  }
}

void UserDraft::reject(UserField field, std::string_view what) {
  if (field == UserField::name) name_given_ = true;
  add_fault(name_of(field), what);
}

void UserDraft::add_fault(std::string_view field, std::string_view what) {
  if (!faults_.empty()) faults_ += "; ";
  (faults_ += printable(field) + ": ") += what;
}

tl::expected<db::ImportedUser, std::string> UserDraft::finish() const {
  std::string faults = faults_;
  if (!name_given_) faults += (faults.empty() ? "" : "; ") + std::string{"name: is missing"};
  if (!faults.empty()) return tl::unexpected{faults};
  return db::ImportedUser{id_, *name_, email_, created_at_, updated_at_, version_};
}

}  // namespace rollcall::app
