// The two lower branches of the supervision tree: what must be restarted with what, and what must
// be forgotten before.
//
//   root (rest_for_one)
//   |- storage (one_for_one)   read store, write store, registrar
//   |- lookup (rest_for_one)   feed, directories
//   `- edge                    gateways and listeners, added by app/
#pragma once

#include <string>
#include <vector>

#include "actors/directory.hpp"
#include "actors/registrar.hpp"
#include "actors/supervisor.hpp"

namespace rollcall::actors {

/// The lasting addresses of those that look users up and change them.
struct Addresses {
  /// One directory for each of `http`; the rest where it says.
  Addresses(caf::actor_system& system, Loop& control, Loop& read, Loop& write,
            const std::vector<Loop*>& http);

  Address<SupervisorHandle> storage;
  Address<SupervisorHandle> lookup;
  Address<ReadStoreHandle> read_store;
  Address<WriteStoreHandle> write_store;
  Address<RegistrarHandle> registrar;
  Address<FeedHandle> feed;
  std::vector<Address<DirectoryHandle>> directories;
};

/// The storage branch. Whenever the write store or the registrar has ended, every directory forgets
/// everything before the successor starts: what they had under way may have been committed.
ChildSpec storage_branch(const Addresses& addresses, Loop& control, SupervisorOptions supervision,
                         RegistrarOptions registrar, ChildSpec read_store, ChildSpec write_store);

/// The lookup branch. The directories end with the feed, so that none outlives a forgetting that
/// the feed has lost.
ChildSpec lookup_branch(const Addresses& addresses, Loop& control, const std::vector<Loop*>& http,
                        SupervisorOptions supervision, DirectoryOptions directory);

}  // namespace rollcall::actors
