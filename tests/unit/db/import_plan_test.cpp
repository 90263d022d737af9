// Which users of a batch are added, and under which ids, while other programs draw ids.
#include "db/import_plan.hpp"

#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {
namespace {

using db::all_above;
using db::drawn;
using db::IdSupply;
using db::ImportedUser;
using Ids = std::vector<std::int64_t>;
using Refused = std::vector<std::optional<db::ImportRejection>>;

constexpr std::int64_t no_id = 0;

/// Users with these ids; 0: a user without an id.
std::vector<ImportedUser> users_with(const Ids& ids) {
  std::vector<ImportedUser> users;
  for (const std::int64_t id : ids) {
    const auto given = id == no_id ? std::nullopt : UserId::from(id);
    users.push_back({given, user_name("U"), std::nullopt});
  }
  return users;
}

/// The planned ids; 0: the user is refused.
Ids planned(const Ids& given, const IdSupply& supply) {
  const auto users = users_with(given);
  const auto plan = db::plan_import(users, Refused(users.size()), supply);
  REQUIRE(plan.has_value());
  Ids ids;
  for (const auto& added : *plan) ids.push_back(added ? added->value() : 0);
  return ids;
}

TEST_CASE("users without an id get the next ones, and those of lines raise them") {
  CHECK(planned({0, 10, 0, 5, 0}, all_above(0)) == Ids{1, 10, 11, 5, 12});
  CHECK(planned({0, 3, 0}, all_above(7)) == Ids{8, 3, 9});
}

TEST_CASE("an id that an earlier user of the batch was given is taken") {
  CHECK(planned({0, 1, 2, 2, 0}, all_above(0)) == Ids{1, 0, 2, 0, 3});
}

TEST_CASE("ids that others drew meanwhile are skipped, and taken for lines that name them") {
  const Ids ours{8, 10, 11, 14};
  CHECK(planned({0, 0, 0, 0}, drawn(7, ours)) == Ids{8, 10, 11, 14});
  CHECK(planned({9, 10, 0, 5}, drawn(7, ours)) == Ids{0, 10, 11, 5});
  CHECK(planned({12, 13, 0}, drawn(7, ours)) == Ids{0, 0, 8});
}

TEST_CASE("a plan that fits the ids above the last one fits as many drawn ones") {
  const Ids given = GENERATE(Ids{0, 0, 0}, Ids{0, 12, 0}, Ids{12, 0, 12, 9}, Ids{9, 0, 15, 0, 0});
  const auto users = users_with(given);
  const auto guess = db::plan_import(users, Refused(users.size()), all_above(7));
  REQUIRE(guess.has_value());
  const std::int64_t needed = db::largest_id(*guess, 7) - 7;
  // Every way in which other programs may have drawn two ids between ours.
  for (std::int64_t first = 8; first <= 8 + needed; ++first) {
    for (std::int64_t second = first + 1; second <= 9 + needed; ++second) {
      Ids ours;
      for (std::int64_t id = 8; std::cmp_less(ours.size(), needed); ++id) {
        if (id != first && id != second) ours.push_back(id);
      }
      const Ids ids = planned(given, drawn(7, ours));
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (given[i] == no_id) CHECK(ids[i] != 0);
        CHECK(ids[i] != first);
        CHECK(ids[i] != second);
      }
    }
  }
}

TEST_CASE("a user that is refused anyway takes no id and no e-mail from others") {
  std::vector<ImportedUser> users = users_with({0, 0, 0});
  users[0].fields.email = users[1].fields.email = e_mail("ada@example.org");
  users[2].fields.email = e_mail("ADA@example.org");
  Refused refused(3);
  refused[0] = db::id_taken(user_id(1));
  const auto plan = db::plan_import(users, refused, all_above(0));
  REQUIRE(plan.has_value());
  CHECK_FALSE((*plan)[0].has_value());
  CHECK((*plan)[1] == user_id(1));
  REQUIRE_FALSE((*plan)[2].has_value());
  CHECK((*plan)[2].error().kind == db::ImportRejection::Kind::email_taken);
  CHECK(db::largest_id(*plan, 0) == 1);
}

TEST_CASE("where no id is left there is no plan") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto users = users_with({most, 0});
  CHECK_FALSE(db::plan_import(users, Refused(2), all_above(0)).has_value());
  const auto drawn_none = db::plan_import(users_with({0}), Refused(1), drawn(7, {}));
  CHECK_FALSE(drawn_none.has_value());
}

}  // namespace
}  // namespace rollcall::tests
