#include "transfer/readers/ndjson.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "transfer/readers/draft.hpp"

namespace rollcall::app {
namespace {

using Json = nlohmann::json;

constexpr int max_depth = 32;

constexpr const char* used_id_forms =
    R"(an id that is used up is {"id":17,"deleted":true} or {"last_id":17}, and nothing else)";

std::string_view expected_type(UserField field) {
  if (is_number(field)) return "must be a whole number from 1 to 2^63-1";
  return field == UserField::email ? "must be a text or null" : "must be a text";
}

/// Takes the events of the parser; the parser's own tree would lose a key given twice.
class UserEvents final : public nlohmann::json_sax<Json> {
 public:
  bool null() override {
    if (at_field() && field_ == UserField::email) return true;
    return wrong_type();
  }
  bool boolean(bool value) override {
    if (!at_mark(Mark::deleted)) return wrong_type();
    deleted_ = value;
    return true;
  }
  bool number_integer(number_integer_t number) override {
    if (at_mark(Mark::last_id)) return last_id_ = UserId::from(number), true;
    if (!at_field() || !is_number(*field_)) return wrong_type();
    draft_.set_number(*field_, number);
    return true;
  }
  bool number_unsigned(number_unsigned_t number) override {
    // Beyond 2^63-1 the cast is negative (C++20), and so out of the field's range.
    return number_integer(static_cast<number_integer_t>(number));
  }
  bool number_float(number_float_t, const string_t&) override { return wrong_type(); }
  bool string(string_t& text) override {
    if (!at_field() || is_number(*field_)) return wrong_type();
    if (text.empty() && field_ != UserField::name) {
      draft_.reject(*field_, "is empty; leave it out");
      return true;
    }
    draft_.set_text(*field_, text);
    return true;
  }
  bool binary(binary_t&) override { return wrong_type(); }  // JSON text has none

  bool start_object(std::size_t) override {
    if (depth_ > 0) wrong_type();
    return deeper();
  }
  bool end_object() override { return --depth_, true; }
  bool start_array(std::size_t) override {
    wrong_type();
    return deeper();
  }
  bool end_array() override { return --depth_, true; }

  bool key(string_t& name) override {
    if (depth_ != 1) return true;
    field_ = user_field_named(name);
    mark_ = mark_named(name);
    if (mark_) {
      ++marks_;
    } else if (!field_) {
      draft_.add_fault(name, "unknown field; the fields are " + user_field_list());
    } else if (std::exchange(given_[static_cast<std::size_t>(*field_)], true)) {
      draft_.add_fault(name, "is given twice");
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    broken_ = "is not valid JSON, at byte " + std::to_string(position);
    return false;
  }

  tl::expected<Entry, std::string> finish() const {
    if (!broken_.empty()) return tl::unexpected{broken_};
    if (marks_ == 0) return entry_of(draft_.finish());
    const auto fields = std::count(given_.begin(), given_.end(), true);
    const bool sound = marks_ == 1 && !draft_.has_faults();
    if (sound && deleted_ && fields == 1 && draft_.id()) return db::UsedId{*draft_.id(), true};
    if (sound && last_id_ && fields == 0) return db::UsedId{*last_id_, false};
    return tl::unexpected<std::string>{used_id_forms};
  }

 private:
  /// Whether the value that comes is that of a known field.
  bool at_field() const { return depth_ == 1 && field_; }

  /// What tells a line of an id that is used up from one of a user.
  enum class Mark { deleted, last_id };
  static std::optional<Mark> mark_named(std::string_view name) {
    if (name == "deleted") return Mark::deleted;
    return name == "last_id" ? std::optional(Mark::last_id) : std::nullopt;
  }
  bool at_mark(Mark mark) const { return depth_ == 1 && mark_ == mark; }

  bool wrong_type() {
    if (depth_ == 0) {
      broken_ = "is no JSON object";
      return false;
    }
    if (at_field()) draft_.reject(*field_, expected_type(*field_));
    return true;
  }

  bool deeper() {
    if (++depth_ <= max_depth) return true;
    broken_ = "is nested deeper than " + std::to_string(max_depth);
    return false;
  }

  UserDraft draft_{};
  int depth_ = 0;
  std::optional<UserField> field_{};
  std::array<bool, user_field_names.size()> given_{};
  std::optional<Mark> mark_{};
  int marks_ = 0;  // of the line
  bool deleted_ = false;
  std::optional<UserId> last_id_{};
  std::string broken_{};
};

}  // namespace

tl::expected<std::optional<Record>, std::string> NdjsonReader::next() {
  const auto line = next_line();
  if (!line) return tl::unexpected{line.error()};
  if (!*line) return std::nullopt;
  const std::int64_t number = (*line)->number;
  if ((*line)->too_long) return Record{number, number, too_long_fault()};
  UserEvents events;
  Json::sax_parse((*line)->text, &events);
  return Record{number, number, events.finish()};
}

}  // namespace rollcall::app
