// The statements that read lists of users and count them, and which of them answers a query.
#pragma once

#include <algorithm>
#include <utility>

#include "db/sql_text.hpp"
#include "db/user_columns.hpp"
#include "domain/page.hpp"

namespace rollcall::db {

struct CountRow {
  std::optional<std::int64_t> users{};  // never null, which no database knows of an aggregate
};
template <>
inline constexpr auto columns_of<CountRow> = std::tuple{Column{"users", &CountRow::users}};

namespace sql {

namespace texts {

// Of all lists: the condition, and the order with the parameter of the limit.
constexpr SqlText list(std::string_view condition, std::string_view order) {
  return sql_text("SELECT ", columns<UserRow>(), " FROM users WHERE ", condition, " ORDER BY ",
                  order);
}
// `key`: the expression of UserName::key(). The + keeps planners from the index on active, whose
// users would have to be sorted by name.
constexpr SqlText names_after(std::string_view key) {
  return list(
      sql_text("(", key, ", id) > ($1, $2) AND ", key, " < $3 AND +active IN ($4, $5)").view(),
      sql_text(key, ", id LIMIT $6").view());
}
constexpr SqlText names_before(std::string_view key) {
  return list(
      sql_text("(", key, ", id) < ($1, $2) AND ", key, " >= $3 AND +active IN ($4, $5)").view(),
      sql_text(key, " DESC, id DESC LIMIT $6").view());
}
constexpr SqlText count_names(std::string_view key) {
  return sql_text("SELECT count(*) AS users FROM users WHERE ", key, " >= $1 AND ", key,
                  " < $2 AND +active IN ($3, $4)");
}

inline constexpr auto page_of_users = list("id > $1", "id LIMIT $2");
inline constexpr auto users_before = list("id < $1", "id DESC LIMIT $2");
inline constexpr auto active_after = list("active = $1 AND id > $2", "id LIMIT $3");
inline constexpr auto active_before = list("active = $1 AND id < $2", "id DESC LIMIT $3");
inline constexpr auto find_email = list("email_key = $1", "id");
inline constexpr auto find_username = list("username_key = $1", "id");
inline constexpr auto find_external_id = list("external_id = $1", "id");

}  // namespace texts

// $1 the last id of the page before, 0 for the first; $2 how many
inline constexpr Statement<UserRow, std::int64_t, std::int64_t> page_of_users{
    "page_of_users", texts::page_of_users.view()};
// $1 the id of the first user of the page that follows; $2 how many
inline constexpr Statement<UserRow, std::int64_t, std::int64_t> users_before{
    "users_before", texts::users_before.view()};

// $1 active; $2 and $3 as of page_of_users
inline constexpr Statement<UserRow, std::int64_t, std::int64_t, std::int64_t> active_after{
    "active_after", texts::active_after.view()};
// $1 active; $2 and $3 as of users_before
inline constexpr Statement<UserRow, std::int64_t, std::int64_t, std::int64_t> active_before{
    "active_before", texts::active_before.view()};

/// $1 and $2 the position, $3 the end of the keys that begin with the prefix, or the first of them;
/// $4 and $5 the values of `active`; $6 how many
using NamesStatement =
    Statement<UserRow, Text, std::int64_t, Text, std::int64_t, std::int64_t, std::int64_t>;
/// $1 and $2 the first key that begins with the prefix, and the end of these keys; $3 and $4 the
/// values of `active`
using CountNamesStatement = Statement<CountRow, Text, Text, std::int64_t, std::int64_t>;

inline constexpr Statement<CountRow> count_users{
    "count_users", "SELECT count(*) AS users FROM users", Scan::meant};
// $1 active
inline constexpr Statement<CountRow, std::int64_t> count_active{
    "count_active", "SELECT count(*) AS users FROM users WHERE active = $1"};

// $1 the key
inline constexpr Statement<UserRow, Text> find_email{"find_email", texts::find_email.view()};
inline constexpr Statement<UserRow, Text> find_username{"find_username",
                                                        texts::find_username.view()};
inline constexpr Statement<UserRow, Text> find_external_id{"find_external_id",
                                                           texts::find_external_id.view()};

/// Every statement of a list. Those of names differ between the engines.
template <const NamesStatement& names_after, const NamesStatement& names_before,
          const CountNamesStatement& count_names>
inline constexpr std::array for_lists{
    shape<page_of_users>, shape<users_before>, shape<active_after>,  shape<active_before>,
    shape<names_after>,   shape<names_before>, shape<count_users>,   shape<count_active>,
    shape<count_names>,   shape<find_email>,   shape<find_username>, shape<find_external_id>};

namespace sqlite {

inline constexpr auto names_after_text = texts::names_after("name_key");
inline constexpr auto names_before_text = texts::names_before("name_key");
inline constexpr auto count_names_text = texts::count_names("name_key");

inline constexpr NamesStatement names_after{"names_after", names_after_text.view()};
inline constexpr NamesStatement names_before{"names_before", names_before_text.view()};
inline constexpr CountNamesStatement count_names{"count_names", count_names_text.view()};

}  // namespace sqlite
}  // namespace sql

/// The values of the column `active` that the filter lets pass: twice the same if there is one.
inline std::pair<std::int64_t, std::int64_t> active_values(const UserFilter& filter) {
  if (!filter.active) return {0, 1};
  return {*filter.active ? 1 : 0, *filter.active ? 1 : 0};
}

/// Calls `run` with the statement that answers the query as template argument, and its parameters:
/// texts as std::string, which live until `run` returns. It asks for one user more than the page
/// has, to learn whether there are more.
template <const auto& names_after, const auto& names_before, class Run>
decltype(auto) with_statement_of(const PageQuery& page, Run run) {
  const std::int64_t limit = page.limit + 1;
  const auto& [active, name] = page.filter;
  if (name) {
    const auto [one, other] = active_values(page.filter);
    // A client may have moved a position out of the list.
    if (page.before) {
      const auto before = std::min(*page.before, ListPosition{name->end_key(), 0});
      return run.template operator()<names_before>(before.name_key, before.id, name->first_key(),
                                                   one, other, limit);
    }
    const auto after =
        std::max(page.after.value_or(ListPosition{}), ListPosition{name->first_key(), 0});
    return run.template operator()<names_after>(after.name_key, after.id, name->end_key(), one,
                                                other, limit);
  }
  const std::int64_t after = page.after ? page.after->id : 0;
  if (active) {
    const std::int64_t value = *active ? 1 : 0;
    if (page.before) {
      return run.template operator()<sql::active_before>(value, page.before->id, limit);
    }
    return run.template operator()<sql::active_after>(value, after, limit);
  }
  if (page.before) return run.template operator()<sql::users_before>(page.before->id, limit);
  return run.template operator()<sql::page_of_users>(after, limit);
}

/// The same of a count.
template <const auto& count_names, class Run>
decltype(auto) with_statement_of(const UserFilter& filter, Run run) {
  if (filter.name) {
    const auto [one, other] = active_values(filter);
    return run.template operator()<count_names>(filter.name->first_key(), filter.name->end_key(),
                                                one, other);
  }
  if (filter.active) {
    return run.template operator()<sql::count_active>(std::int64_t{*filter.active ? 1 : 0});
  }
  return run.template operator()<sql::count_users>();
}

/// The same of a key.
template <class Run>
decltype(auto) with_statement_of(const UserKey& key, Run run) {
  switch (key.field) {
    case UserKey::Field::username:
      return run.template operator()<sql::find_username>(key.value);
    case UserKey::Field::external_id:
      return run.template operator()<sql::find_external_id>(key.value);
    case UserKey::Field::email:
      break;
  }
  return run.template operator()<sql::find_email>(key.value);
}

/// The page of the users that its statement returned.
inline UserPage page_of(std::vector<UserRef> found, const PageQuery& asked) {
  UserPage page{std::move(found)};
  page.more = std::cmp_greater(page.users.size(), asked.limit);
  if (page.more) page.users.pop_back();
  if (asked.before) std::reverse(page.users.begin(), page.users.end());
  return page;
}

}  // namespace rollcall::db
