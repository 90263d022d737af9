// Lists of users: what is asked for, and the result.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "domain/user.hpp"

namespace rollcall {

/// The longest page.
inline constexpr int max_page = 500;
/// The most ids that are asked for at once.
inline constexpr std::size_t max_ids = 1'000;

/// How names begin, ignoring the case of ASCII letters: 1..200 code points of valid UTF-8 without
/// control characters. White space counts.
class NamePrefix {
 public:
  /// The error says what is wrong and what is allowed, for the client.
  static tl::expected<NamePrefix, std::string> parse(std::string_view text);

  /// As it was given.
  const std::string& value() const { return value_; }
  /// The least UserName::key() that begins so.
  const std::string& first_key() const { return first_key_; }
  /// The least text, in the order of bytes, that is greater than every key that begins so.
  const std::string& end_key() const { return end_key_; }
  bool operator==(const NamePrefix&) const = default;

 private:
  NamePrefix(std::string value, std::string first_key, std::string end_key)
      : value_(std::move(value)), first_key_(std::move(first_key)), end_key_(std::move(end_key)) {}

  std::string value_;
  std::string first_key_;
  std::string end_key_;
};

/// Which users a page or a count has.
struct UserFilter {
  std::optional<bool> active{};
  std::optional<NamePrefix> name{};

  bool operator==(const UserFilter&) const = default;
};

/// A place in the order of a list.
struct ListPosition {
  std::string name_key{};  // UserName::key(); empty in a list that is ordered by id
  std::int64_t id = 0;     // of a user, or 0, which is before every user

  auto operator<=>(const ListPosition&) const = default;
};

/// A page of the users that the filter selects: the first ones behind `after`, or the last ones
/// before `before`. Ascending by id; by the name's key and then by id where the filter has a name.
struct PageQuery {
  std::optional<ListPosition> after{};
  std::optional<ListPosition> before{};  // one of the two at most
  int limit = 50;                        // 1..max_page
  UserFilter filter{};

  bool ordered_by_name() const { return filter.name.has_value(); }
  bool operator==(const PageQuery&) const = default;
};

/// The value of a field that no other user has.
struct UserKey {
  enum class Field { email, username, external_id };

  Field field = Field::email;
  std::string value;  // as it is compared: Email::key(), Username::key(), or the external id

  bool operator==(const UserKey&) const = default;
};

/// At most max_ids ids, each once.
using UserIds = std::vector<UserId>;

/// Which users are asked for. A key names one user at most.
using ListQuery = std::variant<PageQuery, UserIds, UserKey>;

/// Whether a limit above does not hold.
bool is_too_large(const ListQuery& list);

/// What was found; in the order of the page, or in any where ids were asked for.
struct UserPage {
  std::vector<UserRef> users;
  bool more = false;  // of a page: whether further users follow in the direction that was asked for
};

}  // namespace rollcall
