#include "actors/stores/sqlite/read_store.hpp"

#include <algorithm>

#include "domain/errors.hpp"

namespace rollcall::actors {

SqliteReadStore::SqliteReadStore(LoopActor<SqliteReadStore>& self,
                                 const SqliteStoreOptions& options)
    : self_(self),
      statement_timeout_(options.statement_timeout),
      link_(self.actor_name(), options, schedule_of(self)) {}

SqliteReadStore::Handle::behavior_type SqliteReadStore::behavior() {
  return {[this](const FindUsers& request) { return find(request); },
          [this](const ListUsers& request) { return list(request); },
          [this](const CountUsers& request) { return count(request); },
          [this](const ListChanges& request) { return changes(request); },
          [this](const Probe& request) { return probe(request); }};
}

FindUsersReply SqliteReadStore::find(const FindUsers& request) {
  if (request.ids.size() > max_ids) return tl::unexpected(too_large());
  return answer<FindUsersReply>(
      request.deadline, [&](auto& reader, auto limit) { return reader.find(request.ids, limit); });
}

ListUsersReply SqliteReadStore::list(const ListUsers& request) {
  if (is_too_large(request.list)) return tl::unexpected(too_large());
  return answer<ListUsersReply>(
      request.deadline, [&](auto& reader, auto limit) -> tl::expected<UserPage, db::SqliteError> {
        if (const auto* page = std::get_if<PageQuery>(&request.list)) {
          return reader.page(*page, limit);
        }
        if (const auto* key = std::get_if<UserKey>(&request.list)) {
          return reader.with_key(*key, limit);
        }
        return reader.find(std::get<UserIds>(request.list), limit)
            .map([](std::vector<UserRef>&& users) { return UserPage{std::move(users)}; });
      });
}

CountUsersReply SqliteReadStore::count(const CountUsers& request) {
  return answer<CountUsersReply>(request.deadline, [&](auto& reader, auto limit) {
    return reader.count(request.filter, limit);
  });
}

ListChangesReply SqliteReadStore::changes(const ListChanges& request) {
  if (request.query.limit < 1 || request.query.limit > max_changes) {
    return tl::unexpected(too_large());
  }
  return answer<ListChangesReply>(request.deadline, [&](auto& reader, auto limit) {
    return reader.changes(request.query, limit);
  });
}

ProbeReply SqliteReadStore::probe(const Probe& request) {
  return answer<ProbeReply>(request.deadline, [](auto& reader, auto limit) {
    return reader.probe(limit).map([] { return Serving{}; });
  });
}

template <class Reply, class Read>
Reply SqliteReadStore::answer(Deadline deadline, Read read) {
  const auto left = deadline - self_.now();
  if (left <= Clock::Duration::zero()) return tl::unexpected(deadline_exceeded());
  db::SqliteReader* reader = link_.connection();
  if (reader == nullptr) return tl::unexpected(storage_unavailable());
  auto result = read(*reader, std::min<Clock::Duration>(left, statement_timeout_));
  if (result) {
    link_.worked();
    return std::move(*result);
  }
  const db::SqliteError& error = result.error();
  // The client's deadline, not the database, ended the read.
  if (error.interrupted() && left <= statement_timeout_) return tl::unexpected(deadline_exceeded());
  auto for_client = db::client_error(error);
  link_.failed(error, error.connection_lost());
  return tl::unexpected(std::move(for_client));
}

}  // namespace rollcall::actors
