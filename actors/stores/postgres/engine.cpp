#include "actors/stores/postgres/engine.hpp"

#include <random>

#include <fmt/format.h>

#include "actors/stores/postgres/admission.hpp"
#include "actors/stores/postgres/invalidation_feed.hpp"
#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/schema.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "config/database_url.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/exporter.hpp"
#include "db/postgres/importer.hpp"
#include "db/postgres/key_reader.hpp"

namespace rollcall::actors {

namespace {

// Pages are large: the server works on one while another travels, and no more of them wait there.
constexpr int pages_under_way = 2;

/// The options of all stores.
struct PostgresOptions {
  PgReadStoreOptions lookups;
  PgReadStoreOptions pages;
  PgWriteStoreOptions writes;
  PgInvalidationFeedOptions feed;
};

// No store blocks. Lookup stores run on the HTTP loops; all other actors on the control loop.
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

  std::vector<LoopThread*> threads() override { return {}; }

  StoreHandles handles() const override {
    StoreHandles handles{{}, pages_.handle(), writes_.handle()};
    for (const auto& address : lookups_) handles.lookups.emplace_back(address.handle());
    return handles;
  }

  std::vector<ChildSpec> read_stores(const Addresses& addresses) override {
    // Starts before admission, so it needs no permit.
    auto link = options_.writes.link;
    link.admission = PgAdmissionHandle();
    std::vector stores{
        child<PgSchema>("schema", home_.control, schema_, link, home_.on_schema_mismatch),
        child<PgAdmission>("admission", home_.control, admission_, permits_,
                           addresses.feed.handle())};
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      stores.push_back(child<PgReadStore>("store-lookup-" + std::to_string(i), *home_.http[i],
                                          lookups_[i], options_.lookups));
    }
    stores.push_back(child<PgReadStore>("store-pages", home_.control, pages_, options_.pages));
    return stores;
  }
  ChildSpec write_store() override {
    return child<PgWriteStore>("store-write", home_.control, writes_, options_.writes);
  }
  ChildSpec feed(const Addresses& addresses) override {
    return child<PgInvalidationFeed>("invalidation-feed", home_.control, addresses.feed,
                                     options_.feed, addresses.user_lookup_handles(),
                                     addresses.changes.handle());
  }
  std::vector<ProbedPart> parts(const Addresses& addresses) const override {
    std::vector<ProbedPart> parts{{"schema", schema_.handle()}};
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      parts.push_back({"lookup_store-" + std::to_string(i), lookups_[i].handle()});
    }
    parts.push_back({"page_store", pages_.handle()});
    parts.push_back({"write_store", writes_.handle()});
    // Not needed: without the feed, lookups are slower but still correct.
    parts.push_back({"invalidation_feed", addresses.feed.handle(), false});
    return parts;
  }

 private:
  Home home_;
  PostgresOptions options_;
  std::vector<Address<ReadStoreHandle>> lookups_;
  Address<SchemaHandle> schema_{home_.system, home_.control};
  Address<ReadStoreHandle> pages_{home_.system, home_.control};
  Address<WriteStoreHandle> writes_{home_.system, home_.control};
  Address<PgAdmissionHandle> admission_{home_.system, home_.control};
  PermitCountRef permits_ = std::make_shared<PermitCount>();
};

// Identifies this process among all that share the database.
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
      return PgLinkOptions{target,
                           name,
                           from.connect_timeout,
                           from.statement_timeout,
                           {from.reconnect_min, from.reconnect_max},
                           {.statement_timeout = from.statement_timeout},
                           from.max_connection_age};
    };
    const std::string origin = random_origin();
    options_.emplace(
        PostgresOptions{{link("rollcall lookup"), from.connections_per_loop, from.pipeline_depth},
                        {link("rollcall pages"), 1, pages_under_way, std::move(replicas)},
                        {link("rollcall write"), origin, settings.changes.keep},
                        {link("rollcall feed"), origin, settings.invalidation.heartbeat,
                         settings.invalidation.timeout}});
  }

  bool is_shared() const override { return true; }
  std::unique_ptr<Stores> stores(const Home& home) const override {
    return std::make_unique<PostgresStores>(home, *options_);
  }

 private:
  std::optional<PostgresOptions> options_;
};

class PostgresEngine final : public Engine {
 public:
  Result<std::unique_ptr<Database>> open(const config::Settings& settings) const override {
    auto target = target_in(settings);
    if (!target) return tl::unexpected(target.error());
    std::vector<db::PgTarget> replicas;
    for (const std::string& replica : settings.database.read_urls) {
      auto parsed = db::PgTarget::parse(replica);
      if (!parsed) return tl::unexpected("database.read_urls: a URL " + parsed.error());
      replicas.push_back(std::move(*parsed));
    }
    return std::make_unique<PostgresInDaemon>(settings, *target, std::move(replicas));
  }

  Result<std::unique_ptr<db::Importer>> importer(const config::Settings& settings) const override {
    return at_target<std::unique_ptr<db::Importer>>(settings, db::PgImporter::open);
  }
  Result<std::unique_ptr<db::Exporter>> exporter(const config::Settings& settings) const override {
    return at_target<std::unique_ptr<db::Exporter>>(settings, db::PgExporter::open);
  }
  Result<std::unique_ptr<db::KeyReader>> key_reader(
      const config::Settings& settings) const override {
    return at_target<std::unique_ptr<db::KeyReader>>(settings, db::PgKeyReader::open);
  }
  Result<db::MigrationReport> migrate(const config::Settings& settings,
                                      bool dry_run) const override {
    return at_target<db::MigrationReport>(settings,
                                          dry_run ? db::pending_postgres : db::migrate_postgres);
  }
  Result<void> invalidate(const config::Settings& settings,
                          std::span<const UserId> ids) const override {
    return at_target<void>(settings, [ids](const auto& target, auto connect_timeout) {
      return db::invalidate_on_postgres(target, connect_timeout, ids);
    });
  }

 private:
  static Result<db::PgTarget> target_in(const config::Settings& settings) {
    const auto url = config::parse_database_url(settings.database.url).value();
    return db::PgTarget::parse(std::get<config::PostgresUrl>(url).text)
        .map_error([](const std::string& error) { return "database.url: " + error; });
  }

  /// The result of `act`; an error begins with the name of the database.
  template <class T, class Act>
  static Result<T> at_target(const config::Settings& settings, Act act) {
    const auto target = target_in(settings);
    if (!target) return tl::unexpected(target.error());
    auto done = act(*target, settings.database.connect_timeout);
    if (!done) {
      return tl::unexpected("database " + target->shown() + ": " + done.error().explained());
    }
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return T(std::move(*done));
    }
  }
};

}  // namespace

const Engine& postgres_engine() {
  static const PostgresEngine engine;
  return engine;
}

}  // namespace rollcall::actors
