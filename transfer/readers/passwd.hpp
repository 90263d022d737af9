// The accounts of a machine, as in /etc/passwd.
#pragma once

#include "transfer/readers/readers.hpp"

namespace rollcall::app {

/// passwd(5): seven fields between colons. The user's name is the full name (the part of the fifth
/// field before its first comma), or the login name where there is none. The username is the login
/// name.
class PasswdReader final : public Reader {
 public:
  explicit PasswdReader(LineSource lines) : Reader(std::move(lines)) {}
  tl::expected<std::optional<Record>, std::string> next() override;
};

}  // namespace rollcall::app
