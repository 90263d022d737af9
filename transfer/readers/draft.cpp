#include "transfer/readers/draft.hpp"

#include "transfer/readers/printable.hpp"

namespace rollcall::app {

void RecordDraft::set_text(std::size_t field, std::string_view text) {
  if (text.empty() && field != name_field) return;
  note(field, rollcall::set_text(draft_, field, text));
}

void RecordDraft::set(std::size_t field, const json::Member& member) {
  const bool is_empty = member.kind == json::Member::Kind::string && member.text.empty();
  const bool is_text =
      field_infos[field].kind == FieldKind::text || field_infos[field].kind == FieldKind::time;
  if (is_empty && is_text && field != name_field) return note(field, "is empty; leave it out");
  note(field, set_json(draft_, field, member));
}

void RecordDraft::note(std::size_t field, const std::optional<std::string>& error) {
  name_given_ = name_given_ || field == name_field;
  if (error) add_error(field_infos[field].name, *error);
}

void RecordDraft::add_error(std::string_view field, std::string_view what) {
  if (!errors_.empty()) errors_ += "; ";
  (errors_ += printable(field) + ": ") += what;
}

tl::expected<db::ImportedUser, std::string> RecordDraft::finish() const {
  std::string errors = errors_;
  if (!name_given_) errors += (errors.empty() ? "" : "; ") + std::string{"name: is missing"};
  if (!errors.empty()) return tl::unexpected{errors};
  return db::ImportedUser{draft_.id, draft_.fields(), draft_.created_at, draft_.updated_at,
                          draft_.version};
}

}  // namespace rollcall::app
