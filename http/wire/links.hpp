// The addresses of this server's own resources, as answers have them.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::http {

/// Makes every such address: of a page, of a user, of a type of problems. A view: the base must
/// outlive it.
class Links {
 public:
  /// Addresses that are paths (RFC 3986 4.2).
  constexpr Links() = default;
  /// `base`: the absolute URL by which clients reach the path `/` of this server, without the slash
  /// at its end; empty: addresses are paths.
  constexpr explicit Links(std::string_view base) : base_(base) {}

  std::string_view base() const { return base_; }
  /// The address of a path of this server, with its query. The path begins with a slash.
  std::string to(std::string_view path) const { return std::string(base_).append(path); }
  /// The address that all others begin with; `/` where they are paths.
  std::string_view root() const { return base_.empty() ? "/" : base_; }

 private:
  std::string_view base_{};
};

}  // namespace rollcall::http
