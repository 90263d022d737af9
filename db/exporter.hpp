// Reads the whole directory, in constant memory, also beside a running daemon.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "domain/user.hpp"

namespace rollcall::db {

/// Brings every user, ascending by id, as of the moment of the first one: one snapshot. While it
/// lives the daemon's write-ahead log can't be reset and grows with what is written meanwhile.
/// Takes no lock. Not thread-safe; every call blocks. Errors are for the operator.
class Exporter {
 public:
  /// Refused where the file does not exist or its schema is not one that this binary reads.
  static tl::expected<Exporter, std::string> open(const std::filesystem::path& path);
  Exporter(Exporter&&) noexcept;
  Exporter& operator=(Exporter&&) noexcept;
  ~Exporter();

  /// The next user; nothing after the last one.
  tl::expected<std::optional<User>, std::string> next();

 private:
  struct State;
  explicit Exporter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rollcall::db
