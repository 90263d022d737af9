// Finds the keys that are not what this version computes, and says who has the same e-mail or
// username.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "db/key_renewal.hpp"

namespace rollcall::db {

/// Reads the keys of one snapshot, also beside running daemons. Not thread-safe; every call blocks.
/// Errors are for the operator.
class KeyReader {
 public:
  /// What was read of some users.
  struct Page {
    std::vector<StaleKey> stale{};
    std::int64_t last = 0;  // the id of the last user
    bool more = false;      // whether further users follow
  };

  KeyReader() = default;
  KeyReader(const KeyReader&) = delete;
  KeyReader& operator=(const KeyReader&) = delete;
  virtual ~KeyReader() = default;

  /// The stale keys of the next users with an id above `last` whose texts are not ASCII.
  virtual tl::expected<Page, std::string> stale_after(std::int64_t last) = 0;
  /// The id of the user who has this key; it must not be an external id.
  virtual tl::expected<std::optional<std::int64_t>, std::string> holder(const UserKey& key) = 0;
};

/// Users whose stored key should be this one, and the one who has it; ascending.
struct KeyFinding {
  UserKey key;
  std::vector<std::int64_t> ids;  // one: only the key is stale; several: they have the same text

  bool operator==(const KeyFinding&) const = default;
};

/// What is wrong with the keys, ordered by field and key. Takes memory for each stale key.
tl::expected<std::vector<KeyFinding>, std::string> check_keys(KeyReader& reader);

/// One line for the operator, without a line feed.
std::string text_of(const KeyFinding& finding);

}  // namespace rollcall::db
