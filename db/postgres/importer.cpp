#include "db/postgres/importer.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "db/import_plan.hpp"
#include "db/postgres/notifications.hpp"
#include "db/postgres/statements.hpp"
#include "db/user_keys.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

namespace pg = sql::postgres;
using Failure = tl::unexpected<std::string>;
using Ids = std::vector<std::int64_t>;

// For more ids than this, plan_far() sets the sequence once, instead of drawing them one by one.
constexpr std::int64_t most_drawn = 250'000;

Timestamp now_on_the_wall() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

template <class Row, class Take>
void each_row(const PgResult& result, Take take) {
  for (int i = 0; i < result.rows(); ++i) take(result.row<Row>(i));
}

std::unordered_set<std::int64_t> ids_in(const PgResult& result) {
  std::unordered_set<std::int64_t> ids;
  each_row<IdRow>(result, [&](const IdRow& row) { ids.insert(row.id); });
  return ids;
}

/// The users that a plan adds, column by column.
struct PlannedUsers {
  PlannedUsers(std::span<const ImportedUser> users, std::span<const Importer::Added> plan,
               Timestamp now) {
    stored_.reserve(users.size());  // the texts below point into it
    for (std::size_t i = 0; i < users.size(); ++i) {
      if (!plan[i]) continue;
      ids.push_back(plan[i]->value());
      fields.add(stored_.emplace_back(users[i].fields).row());
      records.add(record_of(users[i], now));
    }
  }

  Ids ids{};
  ColumnLists<FieldsRow> fields{};
  ColumnLists<RecordRow> records{};

 private:
  std::vector<StoredFields> stored_{};
};

}  // namespace

tl::expected<std::unique_ptr<PgImporter>, PgError> PgImporter::open(
    const PgTarget& target, std::chrono::milliseconds connect_timeout) {
  PgSessionOptions options;
  options.connect_timeout = connect_timeout;
  options.application_name = "rollcall import";
  options.handshake.statements = pg::for_importing;
  options.handshake.migrate = true;
  options.handshake.statement_timeout = command_statement_timeout;
  return PgSession::open(target, options).map([](PgSession session) {
    return std::unique_ptr<PgImporter>(new PgImporter(std::move(session)));
  });
}

tl::expected<std::optional<ResumePoint>, std::string> PgImporter::resume_point(
    std::string_view sha256) {
  const auto found = session_.run<sql::find_import>(sha256);
  if (!found) return Failure(found.error().explained());
  if (found->rows() == 0) return std::nullopt;
  const auto row = found->row<ImportRow>(0);
  return ResumePoint{row.last_line, row.finished != 0, std::string(row.file_name.value_or(""))};
}

PgImporter::Result<PgImporter::Rejections> PgImporter::look_up(
    std::span<const ImportedUser> users) {
  Ids ids;
  std::vector<UserKeys> keys;
  ColumnLists<KeysRow> lists;
  keys.reserve(users.size());  // the lists point into it
  for (const ImportedUser& user : users) {
    if (user.id) ids.push_back(user.id->value());
    lists.add(keys.emplace_back(user.fields).row());
  }
  auto posted = session_.post<pg::ids_among>(ids);
  if (posted) posted = session_.post<pg::deleted_among>(ids);
  if (posted) {
    posted = lists.with_lists(
        [&](const auto&... list) { return session_.post<pg::keys_among>(list...); });
  }
  if (!posted) return tl::unexpected(std::move(posted.error()));
  const auto results = session_.finish_all();
  if (!results) return tl::unexpected(results.error());
  const auto taken = ids_in((*results)[0]);
  const auto deleted = ids_in((*results)[1]);
  std::array<std::unordered_set<std::string_view>, key_count> taken_keys;
  each_row<KeysRow>((*results)[2], [&](const KeysRow& row) {
    with_values(row, [&](const auto&... value) {
      std::size_t key = 0;
      ((value ? void(taken_keys[key].insert(*value)) : void(), ++key), ...);
    });
  });
  const auto first_taken = [&](const UserKeys& its) {
    std::size_t key = 0;
    while (key < key_count && !(its[key] && taken_keys[key].contains(*its[key]))) ++key;
    return key;
  };
  Rejections errors(users.size());
  for (std::size_t i = 0; i < users.size(); ++i) {
    const ImportedUser& user = users[i];
    if (user.id && taken.contains(user.id->value())) {
      errors[i] = id_taken(*user.id);
    } else if (user.id && deleted.contains(user.id->value())) {
      errors[i] = id_deleted(*user.id);
    } else if (const auto key = first_taken(keys[i]); key < key_count) {
      errors[i] = key_taken(user.fields, key);
    }
  }
  return errors;
}

tl::expected<std::vector<std::optional<ImportRejection>>, std::string> PgImporter::rejections_of(
    std::span<const ImportedUser> users) {
  return look_up(users).map_error([](const PgError& error) { return error.explained(); });
}

PgImporter::Result<std::int64_t> PgImporter::look_up_last_id() {
  return session_.run<pg::last_id>().map(
      [](const PgResult& found) { return found.row<ComputedIdRow>(0).id.value_or(0); });
}

tl::expected<std::int64_t, std::string> PgImporter::last_id() {
  return look_up_last_id().map_error([](const PgError& error) { return error.explained(); });
}

PgImporter::Result<void> PgImporter::begin() {
  auto posted = session_.post<pg::begin>();
  if (posted) posted = session_.post<pg::lock_imports>();
  if (!posted) return posted;
  in_batch_ = true;
  added_.clear();
  return session_.finish_all().map([](const auto&) {});
}

tl::expected<std::vector<Importer::Added>, std::string> PgImporter::add(
    std::span<const ImportedUser> users, Timestamp now) {
  if (in_batch_) return Failure("a batch is under way");
  auto planned =
      begin().map_error([](const PgError& error) { return error.explained(); }).and_then([&] {
        return plan(users);
      });
  if (planned) {
    if (auto inserted = insert(users, *planned, now); !inserted) {
      planned = Failure(inserted.error().explained());
    }
  }
  if (!planned) undo();
  return planned;
}

// Other sessions may draw ids between our read of the sequence and our draw. So the first plan only
// tells how many ids are needed; the second one uses the ids that were drawn.
tl::expected<std::vector<Importer::Added>, std::string> PgImporter::plan(
    std::span<const ImportedUser> users) {
  const auto last = look_up_last_id();
  if (!last) return Failure(last.error().explained());
  const auto refused = look_up(users);
  if (!refused) return Failure(refused.error().explained());
  auto guess = plan_import(users, *refused, all_above(*last));
  if (!guess) return guess;
  const std::int64_t needed = largest_id(*guess, *last) - *last;
  if (needed == 0) return guess;
  if (needed > most_drawn) return plan_far(users);
  const auto result = session_.run<pg::draw_ids>(needed);
  if (!result) return Failure(result.error().explained());
  Ids ids;
  each_row<ComputedIdRow>(*result, [&](const ComputedIdRow& row) { ids.push_back(*row.id); });
  std::sort(ids.begin(), ids.end());
  return plan_import(users, *refused, drawn(*last, ids));
}

tl::expected<std::vector<Importer::Added>, std::string> PgImporter::plan_far(
    std::span<const ImportedUser> users) {
  if (const auto locked = session_.run<pg::lock_out_writers>(); !locked) {
    return Failure(locked.error().explained());
  }
  const auto last = look_up_last_id();
  if (!last) return Failure(last.error().explained());
  const auto refused = look_up(users);
  if (!refused) return Failure(refused.error().explained());
  auto planned = plan_import(users, *refused, all_above(*last));
  if (!planned) return planned;
  const std::int64_t largest = largest_id(*planned, *last);
  if (largest == *last) return planned;
  if (const auto raised = session_.run<pg::raise_last_id>(largest); !raised) {
    return Failure(raised.error().explained());
  }
  return planned;
}

PgImporter::Result<void> PgImporter::insert(std::span<const ImportedUser> users,
                                            std::vector<Added>& plan, Timestamp now) {
  const PlannedUsers planned(users, plan, now);
  const auto result = planned.fields.with_lists([&](const auto&... fields) {
    return planned.records.with_lists([&](const auto&... records) {
      return session_.run<pg::add_users>(planned.ids, fields..., records...);
    });
  });
  if (!result) return tl::unexpected(result.error());
  const auto inserted = ids_in(*result);
  const bool all = inserted.size() == planned.ids.size();
  auto errors = all ? Result<Rejections>(users.size()) : look_up(users);
  if (!errors) return tl::unexpected(std::move(errors.error()));
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (!plan[i]) continue;
    if (inserted.contains(plan[i]->value())) {
      added_.push_back(*plan[i]);
    } else {
      plan[i] = tl::unexpected((*errors)[i] ? *(*errors)[i] : id_taken(*plan[i]));
    }
  }
  return {};
}

tl::expected<void, std::string> PgImporter::commit(std::string_view sha256,
                                                   const ResumePoint& reached,
                                                   const std::optional<ResumePoint>& before) {
  if (!in_batch_) return Failure("no batch is under way");
  bool was_overtaken = false;
  const auto ended = end(sha256, reached, before, was_overtaken);
  if (ended && !was_overtaken) {
    in_batch_ = false;
    return {};
  }
  undo();
  return Failure(ended ? overtaken() : ended.error().explained());
}

PgImporter::Result<void> PgImporter::end(std::string_view sha256, const ResumePoint& reached,
                                         const std::optional<ResumePoint>& before,
                                         bool& overtaken) {
  const auto recorded = session_.run<sql::record_import>(
      sha256, reached.last_line, reached.finished ? 1 : 0, milliseconds_of(now_on_the_wall()),
      reached.file_name, before ? before->last_line : -1, before && before->finished ? 1 : 0);
  if (!recorded) return tl::unexpected(recorded.error());
  overtaken = recorded->rows() == 0;
  if (overtaken) return {};
  for (const std::string& payload : payloads_of("import", added_)) {
    if (auto posted = session_.post<pg::notify>(payload); !posted) return posted;
  }
  if (auto posted = session_.post<pg::commit>(); !posted) return posted;
  return session_.finish_all().map([](const auto&) {});
}

void PgImporter::undo() {
  if (!in_batch_) return;
  in_batch_ = false;
  // Where that fails the connection is gone, and the batch with it.
  static_cast<void>(session_.run<pg::roll_back>());
}

}  // namespace rollcall::db
