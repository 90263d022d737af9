#include "domain/attributes.hpp"

#include <utility>

#include "json/merge_patch.hpp"

namespace rollcall {

namespace {

// Text that was checked before.
std::vector<json::Member> members_of(const Attributes& attributes) {
  return json::parse_object(attributes.value(), Attributes::max_depth).value();
}

}  // namespace

tl::expected<Attributes, std::string> Attributes::parse(std::string_view text) {
  if (text == "{}") return Attributes();
  return json::parse_object(text, max_depth).and_then(from);
}

tl::expected<Attributes, std::string> Attributes::from(const std::vector<json::Member>& members) {
  const auto error = [](std::string what) { return tl::unexpected(std::move(what)); };
  if (members.size() > max_keys) {
    return error("has " + std::to_string(members.size()) + " keys; at most 64 are allowed");
  }
  for (const auto& member : members) {
    if (member.name.empty()) return error("has an empty key; a key has 1 to 64 bytes");
    if (member.name.size() > max_key_bytes) {
      return error("has a key of " + std::to_string(member.name.size()) +
                   " bytes; a key has 1 to 64 bytes");
    }
  }
  Attributes attributes;
  attributes.text_ = json::text_of(members);
  if (attributes.text_.size() > max_bytes) {
    return error("has " + std::to_string(attributes.text_.size()) +
                 " bytes of text; at most 8192 are allowed");
  }
  return attributes;
}

tl::expected<Attributes, std::string> Attributes::merged_with(const Attributes& patch) const {
  return from(json::merge_patched(members_of(*this), members_of(patch)));
}

tl::expected<Attributes, std::string> AttributesPatch::applied_to(const Attributes& before) const {
  if (!merges) return attributes;
  return before.merged_with(attributes).map_error([](const std::string& error) {
    return "with the patch it " + error;
  });
}

}  // namespace rollcall
