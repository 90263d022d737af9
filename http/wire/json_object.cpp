#include "http/wire/json_object.hpp"

#include <set>

#include <nlohmann/json.hpp>

namespace rollcall::http {

namespace {

using Json = nlohmann::json;

// Receives the events of nlohmann's parser (the interface is that of its json_sax); `false` ends
// it.
class ObjectReader {
 public:
  tl::expected<std::vector<Member>, Problem> result() {
    if (!fault_.empty()) return tl::unexpected(Problem{ProblemType::malformed_json, fault_});
    return std::move(members_);
  }

  bool null() { return value(Member::Kind::null); }
  bool boolean(bool) { return value(Member::Kind::other); }
  bool number_integer(Json::number_integer_t) { return value(Member::Kind::other); }
  bool number_unsigned(Json::number_unsigned_t) { return value(Member::Kind::other); }
  bool number_float(Json::number_float_t, const Json::string_t&) {
    return value(Member::Kind::other);
  }
  bool string(Json::string_t& text) { return value(Member::Kind::string, std::move(text)); }
  bool binary(Json::binary_t&) { return value(Member::Kind::other); }

  bool start_object(std::size_t) {
    if (!keys_.empty() && !value(Member::Kind::other)) return false;
    return enter();
  }
  bool end_object() { return leave(); }
  bool start_array(std::size_t) { return value(Member::Kind::other) && enter(); }
  bool end_array() { return leave(); }

  bool key(Json::string_t& name) {
    if (!keys_.back().insert(name).second) return refuse("a key is given twice: " + name);
    if (keys_.size() == 1) members_.push_back({std::move(name), Member::Kind::other});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
    return refuse("not JSON in UTF-8, at byte " + std::to_string(position));
  }

 private:
  bool value(Member::Kind kind, std::string text = {}) {
    if (keys_.empty()) return refuse("the body is a JSON object, this is another JSON value");
    if (keys_.size() == 1) {
      members_.back().kind = kind;
      members_.back().text = std::move(text);
    }
    return true;
  }

  // A set of keys for each level; that of an array stays empty.
  bool enter() {
    if (keys_.size() == max_json_depth) {
      return refuse("nested more than " + std::to_string(max_json_depth) + " deep");
    }
    keys_.emplace_back();
    return true;
  }

  bool leave() {
    keys_.pop_back();
    return true;
  }

  bool refuse(std::string fault) {
    if (fault_.empty()) fault_ = std::move(fault);
    return false;
  }

  std::vector<Member> members_;
  std::vector<std::set<std::string>> keys_;
  std::string fault_;
};

}  // namespace

tl::expected<std::vector<Member>, Problem> parse_object(std::string_view text) {
  ObjectReader reader;
  // nlohmann's parser takes a NUL for the end of the text.
  if (text.find('\0') != std::string_view::npos) {
    return tl::unexpected(Problem{ProblemType::malformed_json, "not JSON: a NUL byte"});
  }
  Json::sax_parse(text.begin(), text.end(), &reader);
  return reader.result();
}

std::string pointer_to(std::string_view name) {
  std::string pointer = "/";
  for (char c : name) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
  return pointer;
}

}  // namespace rollcall::http
