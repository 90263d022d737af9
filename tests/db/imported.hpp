// Users as an importer gets them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/importer.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {

/// The hash of the imported file, and the time of the import.
inline const std::string file_hash(64, 'a');
inline const Timestamp import_time = at_ms(5'000);

inline db::ImportedUser imported(std::string_view name, std::optional<std::string_view> email = {},
                                 std::optional<std::int64_t> id = {}) {
  db::ImportedUser user{std::nullopt, user_name(name), std::nullopt};
  if (email) user.fields.email = e_mail(*email);
  if (id) user.id = user_id(*id);
  return user;
}

}  // namespace rollcall::tests
