// The branches `storage` and `lookup` of the supervision tree: which actors are restarted together,
// and before which restarts the caches are cleared.
//
//   root (rest_for_one)
//   |- storage (one_for_one)   read stores, write store, write sequencer
//   |- lookup (rest_for_one)   invalidation feed, user lookups
//   `- edge                    gateways and listeners, added by app/
#pragma once

#include <string>
#include <vector>

#include "actors/directory/user_lookup.hpp"
#include "actors/directory/write_sequencer.hpp"
#include "actors/runtime/supervisor.hpp"

namespace rollcall::actors {

/// The handles of one engine's stores.
struct StoreHandles {
  std::vector<LookupStoreHandle> lookups;  // one for each HTTP loop; may all be the same store
  PageStoreHandle pages;
  WriteStoreHandle writes;
};

/// The lasting addresses of the actors that look users up and change them.
struct Addresses {
  /// One user lookup for each of `http`, and a store in `stores` for each of them.
  Addresses(caf::actor_system& system, Loop& control, StoreHandles stores,
            const std::vector<Loop*>& http);

  StoreHandles stores;
  Address<SupervisorHandle> storage;
  Address<SupervisorHandle> lookup;
  Address<WriteSequencerHandle> sequencer;
  Address<InvalidationFeedHandle> feed;
  Address<ChangeReaderHandle> changes;
  std::vector<Address<UserLookupHandle>> user_lookups;

  std::vector<UserLookupHandle> user_lookup_handles() const;
};

/// The storage branch. When the write store or the write sequencer has terminated, every cache is
/// cleared before the successor starts: writes that were in progress may have been committed.
ChildSpec storage_branch(const Addresses& addresses, Loop& control, SupervisorOptions supervision,
                         WriteSequencerOptions sequencer, std::vector<ChildSpec> read_stores,
                         ChildSpec write_store);

/// The lookup branch. The user lookups end with the invalidation feed, so that no cache outlives an
/// invalidation that the feed has lost.
ChildSpec lookup_branch(const Addresses& addresses, Loop& control, const std::vector<Loop*>& http,
                        SupervisorOptions supervision, UserLookupOptions lookup, ChildSpec feed);

}  // namespace rollcall::actors
