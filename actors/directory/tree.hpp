// The two lower branches of the supervision tree: what must be restarted with what, and what must
// be forgotten before.
//
//   root (rest_for_one)
//   |- storage (one_for_one)   read stores, write store, registrar
//   |- lookup (rest_for_one)   feed, directories
//   `- edge                    gateways and listeners, added by app/
#pragma once

#include <string>
#include <vector>

#include "actors/directory/directory.hpp"
#include "actors/directory/registrar.hpp"
#include "actors/runtime/supervisor.hpp"

namespace rollcall::actors {

/// The stores of one engine, as everyone else knows them.
struct StoreHandles {
  std::vector<LookupStoreHandle> lookups;  // one for each HTTP loop; may be one and the same
  PageStoreHandle pages;
  WriteStoreHandle writes;
};

/// The lasting addresses of those that look users up and change them.
struct Addresses {
  /// One directory for each of `http`, and a store in `stores` for each of them.
  Addresses(caf::actor_system& system, Loop& control, StoreHandles stores,
            const std::vector<Loop*>& http);

  StoreHandles stores;
  Address<SupervisorHandle> storage;
  Address<SupervisorHandle> lookup;
  Address<RegistrarHandle> registrar;
  Address<FeedHandle> feed;
  std::vector<Address<DirectoryHandle>> directories;

  std::vector<DirectoryHandle> directory_handles() const;
};

/// The storage branch. Whenever the write store or the registrar has ended, every directory forgets
/// everything before the successor starts: what they had under way may have been committed.
ChildSpec storage_branch(const Addresses& addresses, Loop& control, SupervisorOptions supervision,
                         RegistrarOptions registrar, std::vector<ChildSpec> read_stores,
                         ChildSpec write_store);

/// The lookup branch. The directories end with the feed, so that none outlives a forgetting that
/// the feed has lost.
ChildSpec lookup_branch(const Addresses& addresses, Loop& control, const std::vector<Loop*>& http,
                        SupervisorOptions supervision, DirectoryOptions directory, ChildSpec feed);

}  // namespace rollcall::actors
