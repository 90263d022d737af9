#include "json/object.hpp"

#include <cstdint>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace rollcall::json {

namespace {

using Json = nlohmann::json;
using Kind = Member::Kind;

// Whether the text stands between quotes in JSON as it is. Does not stop at the first other byte,
// so that the compiler can vectorise the loop.
bool is_plain(std::string_view text) {
  bool all = true;
  for (const char c : text) all &= c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  return all;
}

void append_string(std::string& out, const std::string& text) {
  if (is_plain(text)) {
    ((out += '"') += text) += '"';
  } else {
    out += Json(text).dump();
  }
}

// A SAX handler for nlohmann's parser (its json_sax interface): `false` stops the parser. Its own
// tree would drop a duplicate key without an error.
class Reader {
 public:
  explicit Reader(std::size_t depth) : depth_(depth) {}

  tl::expected<std::vector<Member>, std::string> result() {
    if (!error_.empty()) return tl::unexpected(std::move(error_));
    return std::move(members_);
  }

  bool null() { return scalar(Kind::null, "null") != nullptr; }
  bool boolean(bool value) {
    auto* const member = scalar(Kind::boolean, value ? "true" : "false");
    if (member != nullptr) member->boolean = value;
    return member != nullptr;
  }
  bool number_integer(Json::number_integer_t number) {
    // Of the negative numbers one is no integer of C++.
    return integer(number, number == 0 ? "-0" : std::to_string(number));
  }
  bool number_unsigned(Json::number_unsigned_t number) {
    return integer(static_cast<Json::number_integer_t>(number), std::to_string(number));
  }
  bool number_float(Json::number_float_t, const Json::string_t& written) {
    return scalar(Kind::other, written) != nullptr;
  }
  bool string(Json::string_t& text) {
    if (keys_.size() == 1) {
      members_.back().kind = Kind::string;
      members_.back().text = std::move(text);
      return true;
    }
    if (!begin_value(Kind::string)) return false;
    append_string(members_.back().text, text);
    return true;
  }
  bool binary(Json::binary_t&) { return scalar(Kind::other, {}) != nullptr; }

  bool start_object(std::size_t) { return enter(Kind::object, '{'); }
  bool end_object() { return leave('}'); }
  bool start_array(std::size_t) {
    if (keys_.empty()) return fail("must be a JSON object");
    return enter(Kind::other, '[');
  }
  bool end_array() { return leave(']'); }

  bool key(Json::string_t& name) {
    if (!keys_.back().insert(name).second) return fail("has a duplicate key: " + name);
    if (keys_.size() == 1) {
      members_.push_back({std::move(name), Kind::other});
    } else {
      auto& text = members_.back().text;
      if (text.back() != '{') text += ',';
      append_string(text, name);
      text += ':';
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    constexpr int out_of_range = 406;
    if (error.id == out_of_range) {
      return fail("has a number that is out of range, at byte " + std::to_string(position) +
                  "; the largest is about 1.8e308");
    }
    return fail("is not valid JSON in UTF-8, at byte " + std::to_string(position));
  }

 private:
  // Begins the next value, of the member or nested in it.
  bool begin_value(Kind kind) {
    if (keys_.empty()) return fail("must be a JSON object");
    auto& member = members_.back();
    if (keys_.size() == 1) {
      member.kind = kind;
    } else if (const char last = member.text.back(); last != '[' && last != ':') {
      member.text += ',';
    }
    return true;
  }

  // The member that the value is, or is nested in. Null where the text is not an object.
  Member* scalar(Kind kind, std::string_view text) {
    if (!begin_value(kind)) return nullptr;
    members_.back().text += text;
    return &members_.back();
  }

  bool integer(std::int64_t number, const std::string& written) {
    auto* const member = scalar(Kind::integer, written);
    if (member != nullptr) member->integer = number;
    return member != nullptr;
  }

  // A set of keys for each level; that of an array stays empty.
  bool enter(Kind kind, char bracket) {
    if (!keys_.empty()) {
      if (!begin_value(kind)) return false;
      members_.back().text += bracket;
    }
    if (keys_.size() == depth_) {
      return fail("is nested more than " + std::to_string(depth_) + " deep");
    }
    keys_.emplace_back();
    return true;
  }

  bool leave(char bracket) {
    keys_.pop_back();
    if (!keys_.empty()) members_.back().text += bracket;
    return true;
  }

  bool fail(std::string error) {
    if (error_.empty()) error_ = std::move(error);
    return false;
  }

  std::size_t depth_;
  std::vector<Member> members_{};
  std::vector<std::set<std::string>> keys_{};
  std::string error_{};
};

}  // namespace

tl::expected<std::vector<Member>, std::string> parse_object(std::string_view text,
                                                            std::size_t depth) {
  // nlohmann's parser takes a NUL for the end of the text.
  const auto nul = text.find('\0');
  if (nul != std::string_view::npos) {
    return tl::unexpected("is not valid JSON in UTF-8, at byte " + std::to_string(nul + 1));
  }
  Reader reader(depth);
  Json::sax_parse(text.begin(), text.end(), &reader);
  return reader.result();
}

std::string text_of(const std::vector<Member>& members) {
  std::string text = "{";
  for (const Member& member : members) {
    if (text.size() > 1) text += ',';
    append_string(text, member.name);
    text += ':';
    if (member.kind == Kind::string) {
      append_string(text, member.text);
    } else {
      text += member.text;
    }
  }
  return text += '}';
}

}  // namespace rollcall::json
