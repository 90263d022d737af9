#include "actors/stores/sqlite/read_store.hpp"

#include <algorithm>

namespace rollcall::actors {

namespace {

// As http/ parses them; the store trusts nobody with an unbounded statement.
constexpr int max_page = 500;
constexpr std::size_t max_batch = 1'000;

Error too_many() { return {ErrorCode::internal, "More was asked of the store than it gives."}; }

Error no_database() {
  return {ErrorCode::storage_unavailable, "The database can't be used at the moment."};
}

Error too_late() { return {ErrorCode::deadline_exceeded, "Not read: it came too late."}; }

}  // namespace

SqliteReadStore::SqliteReadStore(LoopActor<SqliteReadStore>& self,
                                 const SqliteStoreOptions& options)
    : self_(self),
      statement_timeout_(options.statement_timeout),
      link_(self.actor_name(), options, [&self](Clock::Duration delay, std::function<void()> open) {
        return self.after(delay, std::move(open));
      }) {}

SqliteReadStore::Handle::behavior_type SqliteReadStore::behavior() {
  return {[this](const FindUsers& request) { return find(request); },
          [this](const ListUsers& request) { return list(request); },
          [this](const Probe& request) { return probe(request); }};
}

FindUsersReply SqliteReadStore::find(const FindUsers& request) {
  if (request.ids.size() > max_batch) return tl::unexpected(too_many());
  return answer<FindUsersReply>(
      request.deadline, [&](auto& reader, auto limit) { return reader.find(request.ids, limit); });
}

ListUsersReply SqliteReadStore::list(const ListUsers& request) {
  if (request.limit < 1 || request.limit > max_page) return tl::unexpected(too_many());
  return answer<ListUsersReply>(request.deadline, [&](auto& reader, auto limit) {
    return reader.page(request.after, request.limit, limit);
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
  if (left <= Clock::Duration::zero()) return tl::unexpected(too_late());
  db::SqliteReader* reader = link_.connection();
  if (reader == nullptr) return tl::unexpected(no_database());
  auto result = read(*reader, std::min<Clock::Duration>(left, statement_timeout_));
  if (result) {
    link_.worked();
    return std::move(*result);
  }
  const db::SqliteFault& fault = result.error();
  // The client's own impatience says nothing about the database.
  if (fault.interrupted() && left <= statement_timeout_) return tl::unexpected(too_late());
  Error error = db::client_error(fault);
  link_.failed(fault, fault.connection_lost());
  return tl::unexpected(std::move(error));
}

}  // namespace rollcall::actors
