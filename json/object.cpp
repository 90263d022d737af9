#include "json/object.hpp"

#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace rollcall::json {

namespace {

using Json = nlohmann::json;
using Kind = Member::Kind;

// A SAX handler for nlohmann's parser (its json_sax interface): `false` stops the parser. Its own
// tree would drop a duplicate key without an error.
class Reader {
 public:
  tl::expected<std::vector<Member>, std::string> result() {
    if (!error_.empty()) return tl::unexpected(std::move(error_));
    return std::move(members_);
  }

  bool null() { return value(Kind::null) != nullptr; }
  bool boolean(bool value_read) {
    auto* const member = value(Kind::boolean);
    if (member != nullptr) member->boolean = value_read;
    return member != nullptr;
  }
  bool number_integer(Json::number_integer_t number) {
    auto* const member = value(Kind::integer);
    if (member != nullptr) member->integer = number;
    return member != nullptr;
  }
  bool number_unsigned(Json::number_unsigned_t number) {
    return number_integer(static_cast<Json::number_integer_t>(number));
  }
  bool number_float(Json::number_float_t, const Json::string_t&) {
    return value(Kind::other) != nullptr;
  }
  bool string(Json::string_t& text) {
    auto* const member = value(Kind::string);
    if (member != nullptr) member->text = std::move(text);
    return member != nullptr;
  }
  bool binary(Json::binary_t&) { return value(Kind::other) != nullptr; }

  bool start_object(std::size_t) {
    if (!keys_.empty() && value(Kind::other) == nullptr) return false;
    return enter();
  }
  bool end_object() { return leave(); }
  bool start_array(std::size_t) { return value(Kind::other) != nullptr && enter(); }
  bool end_array() { return leave(); }

  bool key(Json::string_t& name) {
    if (!keys_.back().insert(name).second) return fail("has a duplicate key: " + name);
    if (keys_.size() == 1) members_.push_back({std::move(name), Kind::other});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
    return fail("is not valid JSON in UTF-8, at byte " + std::to_string(position));
  }

 private:
  // The member that takes the next value. A value nested in a member goes to `below_`. Null where
  // the text is not an object.
  Member* value(Kind kind) {
    if (keys_.empty()) {
      fail("must be a JSON object");
      return nullptr;
    }
    if (keys_.size() > 1) return &below_;
    members_.back().kind = kind;
    return &members_.back();
  }

  // A set of keys for each level; that of an array stays empty.
  bool enter() {
    if (keys_.size() == max_depth) {
      return fail("is nested more than " + std::to_string(max_depth) + " deep");
    }
    keys_.emplace_back();
    return true;
  }

  bool leave() {
    keys_.pop_back();
    return true;
  }

  bool fail(std::string error) {
    if (error_.empty()) error_ = std::move(error);
    return false;
  }

  std::vector<Member> members_{};
  Member below_{{}, Kind::other};  // takes nested values, which are not kept
  std::vector<std::set<std::string>> keys_{};
  std::string error_{};
};

}  // namespace

tl::expected<std::vector<Member>, std::string> parse_object(std::string_view text) {
  // nlohmann's parser takes a NUL for the end of the text.
  const auto nul = text.find('\0');
  if (nul != std::string_view::npos) {
    return tl::unexpected("is not valid JSON in UTF-8, at byte " + std::to_string(nul + 1));
  }
  Reader reader;
  Json::sax_parse(text.begin(), text.end(), &reader);
  return reader.result();
}

}  // namespace rollcall::json
