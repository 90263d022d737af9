#include "app/import_check.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "db/seen_keys.hpp"

namespace rollcall::app {
namespace {

/// What is wrong with a user; nothing where it can be added. The outer error ends the check.
using Finding = tl::expected<std::optional<std::string>, std::string>;

/// Gives ids as an import would, without writing. What a refused user had counts as given too: one
/// fault may bring a second one along, none is missed.
class Rehearsal {
 public:
  Rehearsal(db::Importer& importer, db::SeenKeys seen, std::int64_t last_id)
      : importer_(importer), seen_(std::move(seen)), last_id_(last_id) {}

  Finding find_fault(const db::ImportedUser& user) {
    if (user.id) {
      const auto taken = id_is_taken(*user.id);
      if (!taken) return tl::unexpected{taken.error()};
      if (*taken) return "the id " + std::to_string(user.id->value()) + " is taken";
    } else if (last_id_ == std::numeric_limits<std::int64_t>::max()) {
      return "no id is left above those that were given";
    }
    if (user.email) {
      const auto taken = email_is_taken(*user.email);
      if (!taken) return tl::unexpected{taken.error()};
      if (*taken) return "the e-mail " + user.email->value() + " is taken";
    }
    const auto id = user.id ? user.id : UserId::from(last_id_ + 1);
    last_id_ = std::max(last_id_, id->value());
    const auto remembered = seen_.seen(*id);
    if (!remembered) return tl::unexpected{remembered.error()};
    return std::nullopt;
  }

 private:
  tl::expected<bool, std::string> id_is_taken(UserId id);
  tl::expected<bool, std::string> email_is_taken(const Email& email) {
    auto taken = importer_.email_taken(email);
    if (!taken || *taken) return taken;
    return seen_.seen(email);
  }

  db::Importer& importer_;
  db::SeenKeys seen_;
  std::int64_t last_id_;
};

tl::expected<bool, std::string> Rehearsal::id_is_taken(UserId id) {
  auto taken = importer_.id_taken(id);
  if (!taken || *taken) return taken;
  return seen_.seen(id);
}

}  // namespace

tl::expected<std::int64_t, std::string> check_users(db::Importer& importer, Reader& reader,
                                                    std::int64_t after, ImportProgress& progress) {
  auto seen = db::SeenKeys::open();
  if (!seen) return tl::unexpected{seen.error()};
  const auto last_id = importer.last_id();
  if (!last_id) return tl::unexpected{last_id.error()};
  Rehearsal rehearsal{importer, *std::move(seen), *last_id};
  std::int64_t faults = 0;
  while (true) {
    const auto record = reader.next();
    if (!record) return tl::unexpected{record.error()};
    if (!*record) return faults;
    const auto& [first, last, user] = **record;
    progress.at(reader.bytes_read(), last);
    if (last <= after) continue;
    const Finding finding =
        user ? rehearsal.find_fault(*user) : Finding{std::optional{user.error()}};
    if (!finding) return tl::unexpected{finding.error()};
    if (!*finding) continue;
    progress.fault(first, last, **finding);
    ++faults;
  }
}

}  // namespace rollcall::app
