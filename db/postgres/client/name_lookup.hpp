// Resolves host names, several at once, without blocking.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace rollcall::db {

/// Asks the system's name service for the addresses of one name, by glibc's getaddrinfo_a(3), whose
/// threads are glibc's own: a slow answer delays neither other lookups nor the end of the process,
/// as it would in asio's resolver, which has one thread for each io_context and joins it. One
/// thread may use it; nothing here blocks.
class NameLookup {
 public:
  /// Addresses in numeric form, in the order of preference (RFC 6724); never empty.
  using Addresses = std::vector<std::string>;

  explicit NameLookup(std::string name);
  NameLookup(NameLookup&& other) noexcept;
  NameLookup& operator=(NameLookup&&) = delete;
  /// Does not wait for a query under way: cancels it, or leaves it and its memory to glibc.
  ~NameLookup();

  /// Nothing while the name service has not answered; then the addresses, or why there are none.
  std::optional<tl::expected<Addresses, std::string>> answer() const;

 private:
  struct Question;
  std::unique_ptr<Question> question_;
};

/// The same, waiting for the answer for as long as the name service takes.
tl::expected<NameLookup::Addresses, std::string> look_up(const std::string& name);

}  // namespace rollcall::db
