// The SQL statements that find and renew keys (db/key_renewal.hpp).
#pragma once

#include "db/key_renewal.hpp"
#include "db/sql_text.hpp"

namespace rollcall::db::sql {

namespace texts {

// `differs` appends whether the column has more bytes than characters, as the engine says it.
template <class Differs>
constexpr SqlText keys_where(Differs differs) {
  SqlText text = sql_text("SELECT ", columns<StoredKeysRow>(), " FROM users WHERE (");
  differs(text, "email");
  text += " OR ";
  differs(text, "username");
  text += ")";
  return text;
}

inline constexpr auto keys_after_sqlite =
    sql_text(keys_where([](SqlText& text, std::string_view column) {
               (((text += "length(CAST(") += column) += " AS BLOB)) <> length(") += column;
               text += ")";
             }),
             " AND id > $1 ORDER BY id LIMIT $2");

// Of the row with the id $2 whose text is $3, unless another row has the key $1.
constexpr SqlText renew_key(std::string_view column) {
  return sql_text("UPDATE users SET ", column, "_key = $1 WHERE id = $2 AND ", column,
                  " = $3 AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.", column,
                  "_key = $1 AND other.id <> $2) RETURNING id");
}
inline constexpr auto renew_email_key = renew_key("email");
inline constexpr auto renew_username_key = renew_key("username");

}  // namespace texts

/// $1 the id before, 0 for the first; $2 how many. The users whose e-mail or username is not ASCII.
using KeysAfter = Statement<StoredKeysRow, std::int64_t, std::int64_t>;

namespace sqlite {

inline constexpr KeysAfter keys_after{"keys_after", texts::keys_after_sqlite.view()};

/// $1 the new key, $2 id, $3 the text; the id where it was renewed.
using RenewKey = Statement<IdRow, Text, std::int64_t, Text>;
inline constexpr RenewKey renew_email_key{"renew_email_key", texts::renew_email_key.view()};
inline constexpr RenewKey renew_username_key{"renew_username_key",
                                             texts::renew_username_key.view()};

}  // namespace sqlite

namespace postgres {

namespace texts {

inline constexpr auto users_with_keys =
    sql::texts::keys_where([](SqlText& text, std::string_view column) {
      (text += column) += " ~ '[^\\x01-\\x7f]'";  // whatever the server's encoding is
    });
inline constexpr auto keys_after = sql_text(users_with_keys, " AND id > $1 ORDER BY id LIMIT $2");

}  // namespace texts

inline constexpr KeysAfter keys_after{"keys_after", texts::keys_after.view()};

}  // namespace postgres

}  // namespace rollcall::db::sql
