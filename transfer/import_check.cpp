#include "transfer/import_check.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "db/sqlite/seen_keys.hpp"
#include "db/user_keys.hpp"
#include "transfer/import_batch.hpp"

namespace rollcall::app {
namespace {

using OptionalError = std::optional<std::string>;

// The directory is asked about so many users at once.
constexpr std::size_t batch_size = 1'000;

/// Assigns ids as an import would, without writing. Counts ids and keys of refused users as
/// taken too: so an error may cause a second one, but none is missed.
class Rehearsal {
 public:
  Rehearsal(db::SeenKeys seen, std::int64_t last_id) : seen_(std::move(seen)), last_id_(last_id) {}

  /// Why an import would skip the user because of earlier lines. The outer error ends the check.
  tl::expected<OptionalError, std::string> error_of(const db::ImportedUser& user) {
    if (user.id) {
      const auto known = id_is_known(*user.id);
      if (!known) return tl::unexpected{known.error()};
      if (*known) return db::id_taken(*user.id).detail;
    } else if (last_id_ == std::numeric_limits<std::int64_t>::max()) {
      return "no id is left above those that were given";
    }
    const auto known = seen_.seen(db::UserKeys(user.fields));
    if (!known) return tl::unexpected{known.error()};
    if (*known) return db::key_taken(user.fields, **known).detail;
    if (user.id) return std::nullopt;
    const auto given = id_is_known(*UserId::from(last_id_ + 1));
    if (!given) return tl::unexpected{given.error()};
    return std::nullopt;
  }

  /// The same for an id that is used up.
  tl::expected<OptionalError, std::string> error_of(const db::UsedId& used) {
    if (!used.deleted) return last_id_ = std::max(last_id_, used.id.value()), std::nullopt;
    const auto known = id_is_known(used.id);
    if (!known) return tl::unexpected{known.error()};
    return *known ? OptionalError{db::id_taken(used.id).detail} : std::nullopt;
  }

 private:
  /// Remembers the id. Whether it was known before.
  tl::expected<bool, std::string> id_is_known(UserId id) {
    last_id_ = std::max(last_id_, id.value());
    return seen_.seen(id);
  }

  db::SeenKeys seen_;
  std::int64_t last_id_;
};

template <class Entry>
tl::expected<std::vector<OptionalError>, std::string> errors_of(db::Importer& importer,
                                                                Rehearsal& rehearsal,
                                                                std::span<const Entry> entries) {
  const auto refused = importer.rejections_of(entries);
  if (!refused) return tl::unexpected{refused.error()};
  std::vector<OptionalError> errors;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto error = rehearsal.error_of(entries[i]);
    if (!error) return tl::unexpected{std::move(error.error())};
    errors.push_back((*refused)[i] ? OptionalError{(*refused)[i]->detail} : std::move(*error));
  }
  return errors;
}

tl::expected<std::int64_t, std::string> check_batch(db::Importer& importer, Rehearsal& rehearsal,
                                                    const ImportBatch& batch,
                                                    ImportProgress& progress) {
  const auto errors = batch.used_ids().empty() ? errors_of(importer, rehearsal, batch.users())
                                               : errors_of(importer, rehearsal, batch.used_ids());
  if (!errors) return tl::unexpected{errors.error()};
  return batch.report([&](std::size_t entry) { return (*errors)[entry]; }, progress);
}

}  // namespace

tl::expected<std::int64_t, std::string> check_users(db::Importer& importer, Reader& reader,
                                                    std::int64_t after, ImportProgress& progress) {
  auto seen = db::SeenKeys::open();
  if (!seen) return tl::unexpected{seen.error()};
  const auto last_id = importer.last_id();
  if (!last_id) return tl::unexpected{last_id.error()};
  Rehearsal rehearsal{*std::move(seen), *last_id};
  ImportBatch batch;
  std::int64_t errors = 0;
  const auto check = [&]() -> tl::expected<void, std::string> {
    const auto found = check_batch(importer, rehearsal, batch, progress);
    if (!found) return tl::unexpected{found.error()};
    errors += *found;
    batch.clear();
    return {};
  };
  while (true) {
    auto record = reader.next();
    if (!record) return tl::unexpected{record.error()};
    const bool full = !*record || batch.size() >= batch_size || !batch.takes(**record);
    if (const auto checked = full ? check() : tl::expected<void, std::string>{}; !checked) {
      return tl::unexpected{checked.error()};
    }
    if (!*record) return errors;
    progress.at(reader.bytes_read(), (*record)->last_line);
    if ((*record)->last_line > after) batch.take(std::move(**record));
  }
}

}  // namespace rollcall::app
