// A user and its parts. Each part is parsed once, where it enters; an invalid one can't exist.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "domain/attributes.hpp"
#include "domain/error.hpp"
#include "domain/time.hpp"

namespace rollcall {

/// A user's number, 1..2^63-1. Given by the directory, never reused.
class UserId {
 public:
  /// Reads ASCII decimal digits, nothing else: no sign, no space, no exponent, no other digits.
  /// Leading zeros are refused, so that a user has one URL. Nothing where it is no valid id.
  static std::optional<UserId> parse(std::string_view text);
  /// Nothing below 1.
  static std::optional<UserId> from(std::int64_t number);

  std::int64_t value() const { return value_; }
  auto operator<=>(const UserId&) const = default;

 private:
  explicit UserId(std::int64_t value) : value_(value) {}
  std::int64_t value_;
};

/// A user's name: 1..200 code points of valid UTF-8, white space trimmed at both ends, no control
/// characters (Unicode category Cc), at least one visible character. Joiners and variation
/// selectors beside it are part of the name: scripts need them.
class UserName {
 public:
  /// The error says what is wrong and what is allowed, for the client.
  static tl::expected<UserName, std::string> parse(std::string_view text);
  /// The same of a name in a database, which may be one that older versions accepted: without a
  /// visible character.
  static tl::expected<UserName, std::string> parse_stored(std::string_view text);

  const std::string& value() const { return value_; }
  /// The name in ASCII lower case: users are found and ordered by it.
  std::string key() const;
  bool operator==(const UserName&) const = default;

 private:
  explicit UserName(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

/// An e-mail address: valid UTF-8 of at most 254 bytes (RFC 5321 4.5.3.1.3 less the brackets), one
/// `@` with something on both sides, no white space, no control characters, no default-ignorable
/// code points (Unicode property Default_Ignorable_Code_Point).
class Email {
 public:
  /// The error says what is wrong and what is allowed, for the client.
  static tl::expected<Email, std::string> parse(std::string_view text);
  /// The same of an address in a database, which may be one that older versions accepted: with
  /// default-ignorable code points.
  static tl::expected<Email, std::string> parse_stored(std::string_view text);

  const std::string& value() const { return value_; }
  /// The value of the unique constraint (domain/text_key.hpp). Computed here because the engines'
  /// lower() differ.
  std::string key() const;
  bool operator==(const Email&) const = default;

 private:
  explicit Email(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

/// The name with which a user logs in: 1..254 bytes of valid UTF-8 without white space, control
/// characters and default-ignorable code points.
class Username {
 public:
  /// The error says what is wrong and what is allowed, for the client.
  static tl::expected<Username, std::string> parse(std::string_view text);
  /// As that of Email.
  static tl::expected<Username, std::string> parse_stored(std::string_view text);

  const std::string& value() const { return value_; }
  /// The value of the unique constraint (domain/text_key.hpp).
  std::string key() const;
  bool operator==(const Username&) const = default;

 private:
  explicit Username(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

/// The id that another system has given the user: 1..255 bytes of valid UTF-8 without control
/// characters. Taken as it is, invisible characters too: that system alone knows which ids are the
/// same, and no person reads it.
class ExternalId {
 public:
  /// The error says what is wrong and what is allowed, for the client.
  static tl::expected<ExternalId, std::string> parse(std::string_view text);

  const std::string& value() const { return value_; }
  bool operator==(const ExternalId&) const = default;

 private:
  explicit ExternalId(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

/// The fields that a client can set, with what they are where a client leaves them out.
struct UserFields {
  UserName name;
  std::optional<Email> email;
  std::optional<Username> username{};
  std::optional<ExternalId> external_id{};
  bool active = true;  // false: the account is closed, and kept
  Attributes attributes{};

  bool operator==(const UserFields&) const = default;
};

/// A user as the directory holds it.
struct User {
  UserId id;
  UserName name;
  std::optional<Email> email;
  std::int64_t version;  // 1 after creation, one more after each change; the ETag
  Timestamp created_at;
  Timestamp updated_at;
  std::optional<Username> username{};
  std::optional<ExternalId> external_id{};
  bool active = true;
  Attributes attributes{};

  /// The fields that a client can set.
  UserFields fields() const { return {name, email, username, external_id, active, attributes}; }
  bool operator==(const User&) const = default;
};

/// A new user at version 1, created at `at`.
User new_user(UserId id, const UserFields& fields, Timestamp at);

/// A merge patch (RFC 7396): changes the fields that are set. A nullable one that is set to nullopt
/// is removed.
struct UserPatch {
  std::optional<UserName> name;
  std::optional<std::optional<Email>> email;
  std::optional<std::optional<Username>> username{};
  std::optional<std::optional<ExternalId>> external_id{};
  std::optional<bool> active{};
  std::optional<AttributesPatch> attributes{};

  /// A patch that sets every field.
  static UserPatch of(const UserFields& fields);
  /// The error names a field that would break a limit; then the user is changed in part.
  tl::expected<void, FieldError> apply_to(User& user) const;
  /// Whether the result depends on the attributes that the user has.
  bool merges() const { return attributes && attributes->merges; }
  bool operator==(const UserPatch&) const = default;
};

/// A partly parsed user: a member is set once its field has been parsed.
struct UserDraft {
  std::optional<UserId> id{};
  std::optional<UserName> name{};
  std::optional<std::optional<Email>> email{};
  std::optional<std::optional<Username>> username{};
  std::optional<std::optional<ExternalId>> external_id{};
  std::optional<bool> active{};
  std::optional<Attributes> attributes{};
  std::optional<std::int64_t> version{};
  std::optional<Timestamp> created_at{};
  std::optional<Timestamp> updated_at{};

  /// The fields of a client. Throws std::bad_optional_access where the name is not set.
  UserFields fields() const;
  UserPatch patch() const;
};

/// A user shared between actors; never changed once it is shared.
using UserRef = std::shared_ptr<const User>;

}  // namespace rollcall

template <>
struct std::hash<rollcall::UserId> {
  std::size_t operator()(rollcall::UserId id) const noexcept {
    return std::hash<std::int64_t>{}(id.value());
  }
};
