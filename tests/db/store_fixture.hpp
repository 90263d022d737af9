// Sends requests to the stores of one engine as the program does, and fails the test where no reply
// comes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/db/engines.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_book.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {

class StoreFixture {
 public:
  explicit StoreFixture(const EngineEntry& entry) : engine_(entry.make()) {
    stores_.emplace(engine_->start(world_));
    world_.settle();
  }

  template <class Handle, class Message>
  auto ask(const Handle& handle, Message message) {
    auto asked = world_.ask_later(handle, std::move(message));
    REQUIRE(world_.run_until([&] { return !asked->open(); }));
    REQUIRE(asked->reply.has_value());
    return std::move(*asked->reply);
  }

  actors::FindUsersReply find(const std::vector<std::int64_t>& ids) {
    actors::FindUsers request{{}, deadline()};
    for (const auto id : ids) request.ids.push_back(user_id(id));
    return ask(stores_->reads, std::move(request));
  }
  /// The user with this id; null where there is none.
  UserRef user(std::int64_t id) {
    const auto found = find({id});
    REQUIRE(found.has_value());
    return found->empty() ? nullptr : found->front();
  }
  actors::ListUsersReply list(std::optional<std::int64_t> after, int limit) {
    PageQuery page{.limit = limit};
    if (after) page.after = ListPosition{{}, *after};
    return list(page);
  }
  actors::ListUsersReply list(const ListQuery& query) {
    return ask(stores_->reads, actors::ListUsers{query, deadline()});
  }
  actors::CountUsersReply count(const UserFilter& filter) {
    return ask(stores_->reads, actors::CountUsers{filter, deadline()});
  }
  actors::ListChangesReply changes(const ChangesQuery& query) {
    return ask(stores_->reads, actors::ListChanges{query, deadline()});
  }
  /// The names of all users in the order of their ids, separated by commas; "nobody" where there is
  /// none.
  std::string names() {
    const auto page = list({}, 500);
    REQUIRE(page.has_value());
    std::string text;
    for (const UserRef& one : page->users) text += (text.empty() ? "" : ",") + one->name.value();
    return text.empty() ? "nobody" : text;
  }

  actors::WriteGroupReply write_group(const std::vector<Change>& changes, Timestamp at = at_ms(0)) {
    actors::WriteGroup group{{}, at};
    for (const Change& change : changes) group.writes.push_back({change, deadline()});
    return send(std::move(group));
  }
  ChangeResult write(const Change& change, Timestamp at = at_ms(0)) {
    return write_group({change}, at).front();
  }
  /// Creates a user and returns its id.
  std::int64_t create(std::string_view name, std::optional<std::string_view> email = {}) {
    const auto created = write(new_user(name, email));
    REQUIRE(created.has_value());
    return (*created)->id.value();
  }
  actors::WriteGroupReply send(actors::WriteGroup group) {
    const auto size = group.writes.size();
    auto replies = ask(stores_->writes, std::move(group));
    REQUIRE(replies.size() == size);
    return replies;
  }

  /// Executes SQL as another program.
  void execute(const std::string& sql) { engine_->execute(sql); }
  ActorWorld& world() { return world_; }
  const Stores& stores() const { return *stores_; }
  actors::Deadline deadline() const { return world_.in(std::chrono::seconds{2}); }

 private:
  LogBook log_;
  std::unique_ptr<Engine> engine_;
  ActorWorld world_;
  std::optional<Stores> stores_;
};

/// The error's code; fails the test where there is none.
template <class Result>
ErrorCode code_of(const Result& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace rollcall::tests
