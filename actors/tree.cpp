#include "actors/tree.hpp"

#include <utility>

#include "actors/feed.hpp"

namespace rollcall::actors {

namespace {

auto forget_everything(const FeedHandle& feed) {
  return [feed](LoopActor<Supervisor>& self, std::function<void(bool)> done) {
    self.request(feed, caf::infinite, Forget{{}, true})
        .then([done](const Forgotten&) { done(true); }, [done](const caf::error&) { done(false); });
  };
}

}  // namespace

Addresses::Addresses(caf::actor_system& system, Loop& control, Loop& read, Loop& write,
                     const std::vector<Loop*>& http)
    : storage(system, control),
      lookup(system, control),
      read_store(system, read),
      write_store(system, write),
      registrar(system, control),
      feed(system, control) {
  for (auto* loop : http) directories.emplace_back(system, *loop);
}

ChildSpec storage_branch(const Addresses& addresses, Loop& control, SupervisorOptions supervision,
                         RegistrarOptions registrar, ChildSpec read_store, ChildSpec write_store) {
  auto registrar_spec = child<Registrar>("registrar", control, addresses.registrar, registrar,
                                         addresses.write_store.handle(), addresses.feed.handle());
  write_store.before_restart = forget_everything(addresses.feed.handle());
  registrar_spec.before_restart = forget_everything(addresses.feed.handle());
  supervision.strategy = Strategy::one_for_one;
  return child<Supervisor>(
      "storage", control, addresses.storage, supervision,
      std::vector{std::move(read_store), std::move(write_store), std::move(registrar_spec)});
}

ChildSpec lookup_branch(const Addresses& addresses, Loop& control, const std::vector<Loop*>& http,
                        SupervisorOptions supervision, DirectoryOptions directory) {
  std::vector<DirectoryHandle> handles;
  for (const auto& address : addresses.directories) handles.push_back(address.handle());
  std::vector children{child<Feed>("feed", control, addresses.feed, handles)};
  for (std::size_t i = 0; i < http.size(); ++i) {
    children.push_back(child<Directory>("directory-" + std::to_string(i), *http[i],
                                        addresses.directories[i], directory,
                                        addresses.read_store.handle()));
  }
  supervision.strategy = Strategy::rest_for_one;
  return child<Supervisor>("lookup", control, addresses.lookup, supervision, std::move(children));
}

}  // namespace rollcall::actors
