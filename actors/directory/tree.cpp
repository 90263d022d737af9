#include "actors/directory/tree.hpp"

#include <utility>

namespace rollcall::actors {

namespace {

// Without a feed there is nobody who could remember: the directories end with it. To wait for one
// would be to wait for ever where `storage` has just begun, since `lookup` starts after it.
auto forget_everything(const FeedHandle& feed) {
  return [feed](LoopActor<Supervisor>& self, std::function<void()> done) {
    self.ask(
        feed, Forget{{}, true}, [done](const Forgotten&) { done(); },
        [done](const caf::error&) { done(); });
  };
}

// What the registrar's predecessor has sent to the store may be committed yet: it answers a probe
// behind that. A store that has ended meanwhile has no group under way.
auto await_store_and_forget(const WriteStoreHandle& store, const FeedHandle& feed) {
  return [store, feed](LoopActor<Supervisor>& self, std::function<void()> done) {
    const auto forget = [&self, feed, done] { forget_everything(feed)(self, done); };
    self.ask(
        store, Probe{Deadline::max()}, [forget](const ProbeReply&) { forget(); },
        [forget](const caf::error&) { forget(); });
  };
}

}  // namespace

Addresses::Addresses(caf::actor_system& system, Loop& control, StoreHandles given_stores,
                     const std::vector<Loop*>& http)
    : stores(std::move(given_stores)),
      storage(system, control),
      lookup(system, control),
      registrar(system, control),
      feed(system, control) {
  for (auto* loop : http) directories.emplace_back(system, *loop);
}

std::vector<DirectoryHandle> Addresses::directory_handles() const {
  std::vector<DirectoryHandle> handles;
  for (const auto& address : directories) handles.push_back(address.handle());
  return handles;
}

ChildSpec storage_branch(const Addresses& addresses, Loop& control, SupervisorOptions supervision,
                         RegistrarOptions registrar, std::vector<ChildSpec> read_stores,
                         ChildSpec write_store) {
  auto registrar_spec = child<Registrar>("registrar", control, addresses.registrar, registrar,
                                         addresses.stores.writes, addresses.feed.handle());
  write_store.before_restart = forget_everything(addresses.feed.handle());
  registrar_spec.before_restart =
      await_store_and_forget(addresses.stores.writes, addresses.feed.handle());
  auto children = std::move(read_stores);
  children.push_back(std::move(write_store));
  children.push_back(std::move(registrar_spec));
  supervision.strategy = Strategy::one_for_one;
  return child<Supervisor>("storage", control, addresses.storage, supervision, std::move(children));
}

ChildSpec lookup_branch(const Addresses& addresses, Loop& control, const std::vector<Loop*>& http,
                        SupervisorOptions supervision, DirectoryOptions directory, ChildSpec feed) {
  std::vector children{std::move(feed)};
  for (std::size_t i = 0; i < http.size(); ++i) {
    children.push_back(child<Directory>("directory-" + std::to_string(i), *http[i],
                                        addresses.directories[i], directory,
                                        addresses.stores.lookups[i], addresses.stores.pages));
  }
  supervision.strategy = Strategy::rest_for_one;
  return child<Supervisor>("lookup", control, addresses.lookup, supervision, std::move(children));
}

}  // namespace rollcall::actors
