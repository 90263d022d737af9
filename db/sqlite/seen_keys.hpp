// Remembers which keys and ids a file has shown already, in constant memory.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "db/user_keys.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// Sets that spill into a temporary file, which vanishes with the object. For validating a
/// whole file before its first write. Not thread-safe; blocks. Errors are for the operator: no
/// space for the temporary file.
class SeenKeys {
 public:
  static tl::expected<SeenKeys, std::string> open();
  SeenKeys(SeenKeys&&) noexcept;
  SeenKeys& operator=(SeenKeys&&) noexcept;
  ~SeenKeys();

  /// The first of these keys that was asked about before; all are remembered.
  tl::expected<std::optional<std::size_t>, std::string> seen(const UserKeys& keys);
  /// Whether this id was asked about before; it is remembered.
  tl::expected<bool, std::string> seen(UserId id);

 private:
  struct State;
  explicit SeenKeys(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rollcall::db
