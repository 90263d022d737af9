// What an organization wants to know of a user beside the fields of the directory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "json/object.hpp"

namespace rollcall {

/// A JSON object without duplicate keys: at most 64 keys of 1..64 bytes, nested at most 8 deep (the
/// object included), at most 8 KiB of text. Kept as text: without white space, with the keys in the
/// order in which they were given and each number as it was written.
class Attributes {
 public:
  static constexpr std::size_t max_keys = 64;
  static constexpr std::size_t max_key_bytes = 64;
  static constexpr std::size_t max_bytes = 8'192;
  static constexpr std::size_t max_depth = 8;

  /// None: {}.
  Attributes() = default;
  /// The error says what is wrong and what is allowed, for the client.
  static tl::expected<Attributes, std::string> parse(std::string_view text);

  /// The text of the object.
  const std::string& value() const { return text_; }
  /// After a merge patch (RFC 7396). The error: they would break a limit.
  tl::expected<Attributes, std::string> merged_with(const Attributes& patch) const;

  bool operator==(const Attributes&) const = default;

 private:
  static tl::expected<Attributes, std::string> from(const std::vector<json::Member>& members);

  std::string text_ = "{}";
};

/// A change of the attributes.
struct AttributesPatch {
  Attributes attributes;
  bool merges;  // as a merge patch, in which null removes a key; or else they replace all

  tl::expected<Attributes, std::string> applied_to(const Attributes& before) const;
  bool operator==(const AttributesPatch&) const = default;
};

}  // namespace rollcall
