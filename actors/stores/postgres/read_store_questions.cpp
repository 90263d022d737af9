// The part of PgReadStore that turns messages into statements, and results into replies.
#include <tuple>
#include <utility>

#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/warnings.hpp"
#include "db/change_log.hpp"
#include "db/postgres/statements.hpp"
#include "db/user_row.hpp"
#include "domain/errors.hpp"

namespace rollcall::actors {

namespace {

namespace pg = db::sql::postgres;

std::vector<std::int64_t> numbers(const UserIds& ids) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(ids.size());
  for (const UserId id : ids) numbers.push_back(id.value());
  return numbers;
}

}  // namespace

template <class Reply, const auto& declared, class Take, class... Params>
class PgReadStore::QuestionOf final : public Question {
 public:
  QuestionOf(PgReadStore& store, Take take, Params... params)
      : store_(store),
        promise_(store.self_.promise<Reply>()),
        take_(std::move(take)),
        params_(std::move(params)...) {}

  std::string_view statement() const override { return declared.name; }
  void send(PgLink& link) const override {
    std::apply([&link](const auto&... params) { link.send<declared>(params...); }, params_);
  }
  void answer(const db::PgResult& result) override {
    if (result.is_good()) return promise_.deliver(take_(result));
    const auto error = result.error("statement " + std::string(declared.name));
    store_.log_.error(std::string(declared.name) + error.sqlstate,
                      std::string(store_.self_.actor_name()) + ": " + error.explained());
    promise_.deliver(tl::unexpected(db::client_error(error)));
  }
  void fail(const Error& error) override { promise_.deliver(tl::unexpected(error)); }

 private:
  PgReadStore& store_;
  ReplyPromise<Reply> promise_;
  Take take_;
  std::tuple<Params...> params_;
};

template <class Reply, const auto& declared, class Take, class... Params>
caf::result<Reply> PgReadStore::ask(Read read, Take take, Params... params) {
  read.question = std::make_unique<QuestionOf<Reply, declared, Take, Params...>>(
      *this, std::move(take), std::move(params)...);
  waiting_.push_back(std::move(read));
  return deferred<Reply>;
}

Error PgReadStore::invalid_row(const std::string& detail) {
  log_.error("invalid row", std::string(self_.actor_name()) + ": " + detail);
  return db::client_error({db::PgError::Kind::row, detail});
}

tl::expected<std::vector<UserRef>, Error> PgReadStore::users_of(const db::PgResult& result) {
  std::vector<UserRef> users;
  const int rows = result.rows();
  users.reserve(static_cast<std::size_t>(rows));
  for (int i = 0; i < rows; ++i) {
    auto user = db::user_of(result.row<db::UserRow>(i));
    if (!user) return tl::unexpected(invalid_row(user.error()));
    users.push_back(std::make_shared<const User>(std::move(*user)));
  }
  return users;
}

// One user is looked up by the cheaper statement.
caf::result<FindUsersReply> PgReadStore::find(const FindUsers& request) {
  if (request.ids.size() > max_ids) return FindUsersReply(tl::unexpected(too_large()));
  const auto take = [this](const db::PgResult& result) { return users_of(result); };
  if (request.ids.size() == 1) {
    return ask<FindUsersReply, db::sql::find_user>(Read{request.deadline}, take,
                                                   request.ids.front().value());
  }
  return ask<FindUsersReply, pg::find_users>(Read{request.deadline}, take, numbers(request.ids));
}

// A replica may serve pages, which are read one after the other anyway. It serves no ids and keys:
// a client may ask for a user that it has just created.
caf::result<ListUsersReply> PgReadStore::list(const ListUsers& request) {
  if (is_too_large(request.list)) return ListUsersReply(tl::unexpected(too_large()));
  Read read{request.deadline};
  if (const auto* page = std::get_if<PageQuery>(&request.list)) {
    read.for_replicas = true;
    return db::with_statement_of<pg::names_after, pg::names_before>(
        *page, [&]<const auto & declared>(const auto&... parameters) {
          const auto take = [this, asked = *page](const db::PgResult& result) {
            return users_of(result).map(
                [&](std::vector<UserRef>&& users) { return db::page_of(std::move(users), asked); });
          };
          return ask<ListUsersReply, declared>(std::move(read), take, parameters...);
        });
  }
  const auto take = [this](const db::PgResult& result) {
    return users_of(result).map(
        [](std::vector<UserRef>&& users) { return UserPage{std::move(users)}; });
  };
  if (const auto* key = std::get_if<UserKey>(&request.list)) {
    return db::with_statement_of(
        *key, [&]<const auto & declared>(const auto&... parameters) {
          return ask<ListUsersReply, declared>(std::move(read), take, parameters...);
        });
  }
  return ask<ListUsersReply, pg::find_users>(std::move(read), take,
                                             numbers(std::get<UserIds>(request.list)));
}

caf::result<CountUsersReply> PgReadStore::count(const CountUsers& request) {
  Read read{request.deadline};
  read.for_replicas = true;
  return db::with_statement_of<pg::count_names>(
      request.filter, [&]<const auto & declared>(const auto&... parameters) {
        return ask<CountUsersReply, declared>(
            std::move(read),
            [](const db::PgResult& result) -> CountUsersReply {
              return result.row<db::CountRow>(0).users.value_or(0);
            },
            parameters...);
      });
}

// Not from replicas: there a cursor of the primary may be beyond the end of the log.
caf::result<ListChangesReply> PgReadStore::changes(const ListChanges& request) {
  const ChangesQuery query = request.query;
  if (query.limit < 1 || query.limit > max_changes)
    return ListChangesReply(tl::unexpected(too_large()));
  const auto take = [this, query](const db::PgResult& result) -> ListChangesReply {
    db::ChangesReading reading(query);
    for (int i = 0; i < result.rows(); ++i) {
      auto taken = reading.take(result.row<db::ChangeRow>(i));
      if (!taken) return tl::unexpected(invalid_row(taken.error()));
    }
    return reading.page();
  };
  const auto [after, most] = std::pair(db::after_of(query), std::int64_t{query.limit});
  return query.user ? ask<ListChangesReply, db::sql::changes_of_user>(
                          Read{request.deadline}, take, query.user->value(), after, most)
                    : ask<ListChangesReply, db::sql::changes_after>(Read{request.deadline}, take,
                                                                    after, most);
}

PgReadStore::Handle::behavior_type PgReadStore::behavior() {
  return {
      [this](const FindUsers& request) { return find(request); },
      [this](const ListUsers& request) { return list(request); },
      [this](const CountUsers& request) { return count(request); },
      [this](const ListChanges& request) { return changes(request); },
      [this](const Probe& request) -> caf::result<ProbeReply> {
        Read read{request.deadline};
        read.probe = read.for_replicas = true;
        return ask<ProbeReply, db::sql::probe>(
            std::move(read), [](const db::PgResult&) -> ProbeReply { return Serving{}; });
      },
  };
}

}  // namespace rollcall::actors
