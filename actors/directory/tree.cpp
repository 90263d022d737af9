#include "actors/directory/tree.hpp"

#include <utility>

namespace rollcall::actors {

namespace {

// Clears all caches, then calls `done`, also if that failed: without an invalidation feed there is
// no cache, since the user lookups end with it. Waiting for a feed would deadlock while `storage`
// starts, since `lookup` starts after it.
auto invalidate_everything(const InvalidationFeedHandle& feed) {
  return [feed](LoopActor<Supervisor>& self, std::function<void()> done) {
    self.ask(
        feed, Invalidate{{}, true}, [done](const Invalidated&) { done(); },
        [done](const caf::error&) { done(); });
  };
}

// The store may still commit a group of the write sequencer that has crashed; it answers a probe
// after that group. A store that has terminated meanwhile has no group in progress.
auto await_store_and_invalidate(const WriteStoreHandle& store, const InvalidationFeedHandle& feed) {
  return [store, feed](LoopActor<Supervisor>& self, std::function<void()> done) {
    const auto invalidate = [&self, feed, done] { invalidate_everything(feed)(self, done); };
    self.ask(
        store, Probe{Deadline::max()}, [invalidate](const ProbeReply&) { invalidate(); },
        [invalidate](const caf::error&) { invalidate(); });
  };
}

}  // namespace

Addresses::Addresses(caf::actor_system& system, Loop& control, StoreHandles given_stores,
                     const std::vector<Loop*>& http)
    : stores(std::move(given_stores)),
      storage(system, control),
      lookup(system, control),
      sequencer(system, control),
      feed(system, control),
      changes(system, control) {
  for (auto* loop : http) user_lookups.emplace_back(system, *loop);
}

std::vector<UserLookupHandle> Addresses::user_lookup_handles() const {
  std::vector<UserLookupHandle> handles;
  for (const auto& address : user_lookups) handles.push_back(address.handle());
  return handles;
}

ChildSpec storage_branch(const Addresses& addresses, Loop& control, SupervisorOptions supervision,
                         WriteSequencerOptions sequencer, std::vector<ChildSpec> read_stores,
                         ChildSpec write_store) {
  auto sequencer_spec =
      child<WriteSequencer>("write-sequencer", control, addresses.sequencer, sequencer,
                            addresses.stores.writes, addresses.feed.handle());
  write_store.before_restart = invalidate_everything(addresses.feed.handle());
  sequencer_spec.before_restart =
      await_store_and_invalidate(addresses.stores.writes, addresses.feed.handle());
  auto children = std::move(read_stores);
  children.push_back(std::move(write_store));
  children.push_back(std::move(sequencer_spec));
  supervision.strategy = Strategy::one_for_one;
  return child<Supervisor>("storage", control, addresses.storage, supervision, std::move(children));
}

ChildSpec lookup_branch(const Addresses& addresses, Loop& control, const std::vector<Loop*>& http,
                        SupervisorOptions supervision, UserLookupOptions lookup, ChildSpec feed) {
  std::vector children{std::move(feed)};
  for (std::size_t i = 0; i < http.size(); ++i) {
    children.push_back(child<UserLookup>("user-lookup-" + std::to_string(i), *http[i],
                                         addresses.user_lookups[i], lookup,
                                         addresses.stores.lookups[i]));
  }
  supervision.strategy = Strategy::rest_for_one;
  return child<Supervisor>("lookup", control, addresses.lookup, supervision, std::move(children));
}

}  // namespace rollcall::actors
