#include <stdexcept>

#include "actors/stores/postgres/admission.hpp"
#include "actors/stores/postgres/invalidation_feed.hpp"
#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "tests/simulator/stores.hpp"

namespace rollcall::simulator {

namespace {

using actors::child;
using actors::ChildSpec;

class PgStores final : public Stores {
 public:
  PgStores(const Home& home, const PgStoresOptions& options)
      : home_(home), options_(options), origin_("node-" + home.name) {
    for (auto* http : home.http) lookups_.emplace_back(home.system, http->loop);
  }

  bool is_shared() const override { return true; }

  actors::StoreHandles handles() const override {
    actors::StoreHandles all{{}, pages_.handle(), writes_.handle()};
    for (const auto& lookup : lookups_) all.lookups.emplace_back(lookup.handle());
    return all;
  }

  std::vector<ChildSpec> read_stores(const actors::Addresses& addresses) override {
    std::vector reads{child<actors::PgAdmission>("admission", home_.control.loop, admission_,
                                                 permits_, addresses.feed.handle())};
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      actors::PgReadStoreOptions options{link("lookup"), options_.connections_per_loop};
      reads.push_back(child<actors::PgReadStore>("store-lookup-" + std::to_string(i),
                                                 home_.http[i]->loop, lookups_[i], options));
    }
    reads.push_back(child<actors::PgReadStore>("store-pages", home_.control.loop, pages_,
                                               actors::PgReadStoreOptions{link("pages"), 1}));
    return reads;
  }

  ChildSpec write_store() override {
    return child<actors::PgWriteStore>("store-write", home_.control.loop, writes_,
                                       actors::PgWriteStoreOptions{link("write"), origin_});
  }

  ChildSpec feed(const actors::Addresses& addresses) override {
    return child<actors::PgInvalidationFeed>(
        "invalidation-feed", home_.control.loop, addresses.feed,
        actors::PgInvalidationFeedOptions{link("feed"), origin_, options_.invalidation_heartbeat,
                                          options_.invalidation_timeout,
                                          home_.name + " rollcall heartbeat"},
        addresses.user_lookup_handles());
  }

  std::vector<std::pair<std::string, caf::actor>> actors() const override {
    std::vector<std::pair<std::string, caf::actor>> all{
        {"admission", caf::actor_cast<caf::actor>(admission_.handle())},
        {"store-write", caf::actor_cast<caf::actor>(writes_.handle())}};
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      all.emplace_back("store-lookup-" + std::to_string(i),
                       caf::actor_cast<caf::actor>(lookups_[i].handle()));
    }
    return all;
  }

 private:
  actors::PgLinkOptions link(const std::string& purpose) const {
    const auto target = db::PgTarget::parse(options_.url);
    if (!target) throw std::logic_error(target.error());
    actors::PgLinkOptions options{*target, home_.name + " rollcall " + purpose};
    options.reconnect.seed = home_.seed;
    options.admission = admission_.handle();
    return options;
  }

  Home home_;
  PgStoresOptions options_;
  std::string origin_;
  std::vector<actors::Address<actors::ReadStoreHandle>> lookups_{};
  actors::Address<actors::ReadStoreHandle> pages_{home_.system, home_.control.loop};
  actors::Address<actors::WriteStoreHandle> writes_{home_.system, home_.control.loop};
  actors::Address<actors::PgAdmissionHandle> admission_{home_.system, home_.control.loop};
  actors::PermitCountRef permits_ = std::make_shared<actors::PermitCount>();
};

}  // namespace

MakeStores pg_stores(const PgStoresOptions& options) {
  return [options](const Home& home) { return std::make_unique<PgStores>(home, options); };
}

}  // namespace rollcall::simulator
