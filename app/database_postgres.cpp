// PostgreSQL in a daemon: nothing blocks. Lookups on the loops that ask; pages, writes and the
// feed, of which there is one each, on the control loop.
#include <random>

#include <fmt/format.h>

#include "actors/stores/postgres/admission.hpp"
#include "actors/stores/postgres/feed.hpp"
#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/schema.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "app/database.hpp"

namespace rollcall::app {

namespace {

using actors::child;

/// What the stores are told at their start.
struct PostgresOptions {
  actors::PgReadStoreOptions lookups;
  actors::PgReadStoreOptions pages;
  actors::PgWriteStoreOptions writes;
  actors::PgFeedOptions feed;
};

class PostgresStores final : public Stores {
 public:
  PostgresStores(const Home& home, const PostgresOptions& options)
      : home_(home), options_(options) {
    for (auto* loop : home.http) lookups_.emplace_back(home.system, *loop);
    for (auto* link : {&options_.lookups.link, &options_.pages.link, &options_.writes.link,
                       &options_.feed.link}) {
      link->admission = admission_.handle();
    }
  }

  std::vector<actors::LoopThread*> threads() override { return {}; }

  actors::StoreHandles handles() const override {
    actors::StoreHandles handles{{}, pages_.handle(), writes_.handle()};
    for (const auto& address : lookups_) handles.lookups.emplace_back(address.handle());
    return handles;
  }

  std::vector<actors::ChildSpec> read_stores(const actors::Addresses& addresses) override {
    // Before anybody is admitted, and so without a permit.
    auto link = options_.writes.link;
    link.admission = actors::PgAdmissionHandle();
    std::vector stores{
        child<actors::PgSchema>("schema", home_.control, schema_, link, home_.on_misfit),
        child<actors::PgAdmission>("admission", home_.control, admission_, permits_,
                                   addresses.feed.handle())};
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      stores.push_back(child<actors::PgReadStore>("store-lookup-" + std::to_string(i),
                                                  *home_.http[i], lookups_[i], options_.lookups));
    }
    stores.push_back(
        child<actors::PgReadStore>("store-pages", home_.control, pages_, options_.pages));
    return stores;
  }
  actors::ChildSpec write_store() override {
    return child<actors::PgWriteStore>("store-write", home_.control, writes_, options_.writes);
  }
  actors::ChildSpec feed(const actors::Addresses& addresses) override {
    return child<actors::PgFeed>("feed", home_.control, addresses.feed, options_.feed,
                                 addresses.directory_handles());
  }
  std::vector<http::ReadyPart> parts(const actors::Addresses& addresses) const override {
    std::vector<http::ReadyPart> parts{{"schema", schema_.handle()}};
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      parts.push_back({"lookup_store-" + std::to_string(i), lookups_[i].handle()});
    }
    parts.push_back({"page_store", pages_.handle()});
    parts.push_back({"write_store", writes_.handle()});
    // Without the feed lookups are slower, and right.
    parts.push_back({"feed", addresses.feed.handle(), false});
    return parts;
  }

 private:
  Home home_;
  PostgresOptions options_;
  std::vector<actors::Address<actors::ReadStoreHandle>> lookups_;
  actors::Address<actors::SchemaHandle> schema_{home_.system, home_.control};
  actors::Address<actors::ReadStoreHandle> pages_{home_.system, home_.control};
  actors::Address<actors::WriteStoreHandle> writes_{home_.system, home_.control};
  actors::Address<actors::PgAdmissionHandle> admission_{home_.system, home_.control};
  actors::PermitCensusRef permits_ = std::make_shared<actors::PermitCensus>();
};

// Names this process among all that share the database.
std::string random_origin() {
  std::random_device random;
  const auto bits = std::uint64_t{random()} << 32 | random();
  return fmt::format("{:016x}", bits);
}

class PostgresInDaemon final : public Database {
 public:
  PostgresInDaemon(const config::Settings& settings, const db::PgTarget& target,
                   std::vector<db::PgTarget> replicas) {
    const auto& from = settings.database;
    const auto link = [&](const char* name) {
      return actors::PgLinkOptions{target,
                                   name,
                                   from.connect_timeout,
                                   from.statement_timeout,
                                   from.reconnect_min,
                                   from.reconnect_max,
                                   {.statement_timeout = from.statement_timeout},
                                   from.max_connection_age};
    };
    const std::string origin = random_origin();
    options_.emplace(PostgresOptions{
        {link("rollcall lookup"), from.connections_per_loop},
        {link("rollcall pages"), 1, std::move(replicas)},
        {link("rollcall write"), origin},
        {link("rollcall feed"), origin, settings.feed.heartbeat, settings.feed.timeout}});
  }

  bool is_shared() const override { return true; }
  std::unique_ptr<Stores> stores(const Home& home) const override {
    return std::make_unique<PostgresStores>(home, *options_);
  }

 private:
  std::optional<PostgresOptions> options_;
};

}  // namespace

tl::expected<std::unique_ptr<Database>, std::string> open_postgres(const config::Settings& settings,
                                                                   const std::string& url) {
  auto target = db::PgTarget::parse(url);
  if (!target) return tl::unexpected("database.url " + target.error());
  std::vector<db::PgTarget> replicas;
  for (const std::string& replica : settings.database.read_urls) {
    auto parsed = db::PgTarget::parse(replica);
    if (!parsed) return tl::unexpected("database.read_urls: a URL " + parsed.error());
    replicas.push_back(std::move(*parsed));
  }
  return std::make_unique<PostgresInDaemon>(settings, *target, std::move(replicas));
}

}  // namespace rollcall::app
