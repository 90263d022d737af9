// An older program: the last that did not know usernames, external ids, closed accounts and
// attributes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "db/migrations.hpp"
#include "db/postgres/session.hpp"
#include "db/statements.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/postgres/cluster.hpp"

namespace rollcall::db {

/// What the older program reads of a user.
struct AddedBefore {
  std::int64_t id = 0;
  Text name{};
  OptionalText email{};
};
template <>
inline constexpr auto columns_of<AddedBefore> =
    std::tuple{Column{"id", &AddedBefore::id}, Column{"name", &AddedBefore::name},
               Column{"email", &AddedBefore::email}};

}  // namespace rollcall::db

namespace rollcall::tests {

// The migrations known to the older program.
inline constexpr int newest_before = 5;
inline std::span<const db::Migration> known_before() {
  return db::migrations().first(newest_before);
}

// Its statements, shortened: they read and write the same columns.
namespace before {

// $1 name, $2 e-mail, $3 its key
inline constexpr db::Statement<db::IdRow, db::Text, db::OptionalText, db::OptionalText> add_user{
    "add_user",
    "INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
    "VALUES ($1, $2, $3, 1, 0, 0) ON CONFLICT (email_key) DO NOTHING RETURNING id"};
// $1 name, $2 id, $3 the version that the user must have, or null
inline constexpr db::Statement<db::IdRow, db::Text, std::int64_t, std::optional<std::int64_t>>
    rename_user{"rename_user",
                "UPDATE users SET name = $1, version = version + 1, updated_at = 1 WHERE id = $2 "
                "AND version = coalesce($3, version) RETURNING id"};
inline constexpr db::Statement<db::IdRow, std::int64_t> remove_user{
    "remove_user", "DELETE FROM users WHERE id = $1 RETURNING id"};
inline constexpr db::Statement<db::AddedBefore> every_user{
    "every_user", "SELECT id, name, email FROM users ORDER BY id"};
inline constexpr std::array all{db::shape<add_user>, db::shape<rename_user>, db::shape<remove_user>,
                                db::shape<every_user>};

}  // namespace before

/// The older program on PostgreSQL. Its start is that of any program: it checks the schema's
/// version and its statements.
class OldProgram {
 public:
  explicit OldProgram(const std::string& url) : session_(open(url)) {}

  std::int64_t create(std::string_view name, db::OptionalText email = {}) {
    return id_in(session_.run<before::add_user>(name, email, email));
  }
  /// 0 where it is refused.
  std::int64_t rename(std::int64_t id, std::string_view name,
                      std::optional<std::int64_t> version = {}) {
    return id_in(session_.run<before::rename_user>(name, id, version));
  }
  std::int64_t remove(std::int64_t id) { return id_in(session_.run<before::remove_user>(id)); }
  std::string names() {
    const auto result = session_.run<before::every_user>();
    REQUIRE(result.has_value());
    std::string text;
    for (int i = 0; i < result->rows(); ++i) {
      (text += text.empty() ? "" : ",") += result->row<db::AddedBefore>(i).name;
    }
    return text;
  }

 private:
  static db::PgSession open(const std::string& url) {
    db::PgSessionOptions options;
    options.connect_timeout = patience;
    options.handshake.known = known_before();
    options.handshake.migrate = true;
    options.handshake.statements = before::all;
    auto session = db::PgSession::open(db::PgTarget::parse(url).value(), options);
    INFO((session ? "" : session.error().detail));
    REQUIRE(session.has_value());
    return std::move(*session);
  }
  static std::int64_t id_in(const tl::expected<db::PgResult, db::PgError>& result) {
    INFO((result ? "" : result.error().detail));
    REQUIRE(result.has_value());
    return result->rows() == 0 ? 0 : result->row<db::IdRow>(0).id;
  }

  db::PgSession session_;
};

}  // namespace rollcall::tests
