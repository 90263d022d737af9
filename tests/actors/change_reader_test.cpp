// The change reader: one reader of the log for all that follow it in the process.
#include "actors/directory/change_reader.hpp"

#include "domain/errors.hpp"
#include "tests/support/actors/changes.hpp"
#include "tests/support/actors/edge.hpp"

namespace rollcall::tests {
namespace {

using actors::ChangeReader;

/// What a follower was told, and the promises to say that it has taken it.
using Told = Held<actors::ChangesRead, actors::ChangesTaken>;

class ScriptedFollower {
 public:
  using Handle = actors::ChangeFollowerHandle;
  ScriptedFollower(actors::LoopActor<ScriptedFollower>& self, std::shared_ptr<Told> told)
      : self_(self), told_(std::move(told)) {}
  ~ScriptedFollower() { told_->clear(); }
  ScriptedFollower(const ScriptedFollower&) = delete;
  ScriptedFollower& operator=(const ScriptedFollower&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::ChangesRead& read) -> caf::result<actors::ChangesTaken> {
      told_->emplace_back(read, self_.promise<actors::ChangesTaken>());
      return actors::deferred<actors::ChangesTaken>;
    }};
  }

 private:
  actors::LoopActor<ScriptedFollower>& self_;
  std::shared_ptr<Told> told_;
};

/// A change reader with two followers and a scripted log.
struct Reading : Edge {
  std::shared_ptr<actors::FollowerCount> count = std::make_shared<actors::FollowerCount>(1);
  std::shared_ptr<Told> first = std::make_shared<Told>();
  std::shared_ptr<Told> second = std::make_shared<Told>();
  actors::ChangeFollowerHandle followers[2] = {world.spawn<ScriptedFollower>(first),
                                               world.spawn<ScriptedFollower>(second)};
  actors::ChangeReaderHandle reader =
      world.spawn<ChangeReader>(pages.handle(), std::vector{followers[0], followers[1]}, count);

  void wake() {
    caf::anon_send(reader, actors::ReadChanges{});
    world.settle();
  }
  void log(actors::ListChangesReply page) { reply(script->changes, std::move(page)); }
  void taken() {
    reply(*first, actors::ChangesTaken{});
    reply(*second, actors::ChangesTaken{});
  }
  /// It has read to the end of the log.
  void begin(std::int64_t end) {
    wake();
    log(end_of_log(end));
    taken();
  }
};

}  // namespace

TEST_CASE("the change reader begins at the end of the log, and tells all followers so") {
  Reading reading;
  reading.wake();
  REQUIRE(reading.script->changes.size() == 1);
  CHECK(reading.script->changes[0].first.query.after == std::nullopt);
  reading.log(end_of_log(40));
  for (const auto& told : {reading.first, reading.second}) {
    REQUIRE(told->size() == 1);
    CHECK(told->front().first.from == 40);
    CHECK(told->front().first.to == 40);
    CHECK(told->front().first.changes == nullptr);
  }
}

TEST_CASE("the change reader reads once for each change, and tells all followers the same") {
  Reading reading;
  reading.begin(40);
  reading.wake();
  REQUIRE(reading.script->changes.size() == 1);
  CHECK(reading.script->changes[0].first.query == ChangesQuery{40, max_changes});
  reading.log(page_of_changes(41, 43));
  for (const auto& told : {reading.first, reading.second}) {
    REQUIRE(told->size() == 1);
    CHECK(told->front().first.from == 40);
    CHECK(told->front().first.to == 43);
  }
  CHECK(*reading.first->front().first.changes == changes(41, 43));
  CHECK(reading.first->front().first.changes == reading.second->front().first.changes);
}

TEST_CASE("messages that come while the change reader reads lead to one more reading") {
  Reading reading;
  reading.begin(40);
  for (int i = 0; i < 5; ++i) reading.wake();
  CHECK(reading.script->changes.size() == 1);
  reading.log(end_of_log(40));
  REQUIRE(reading.script->changes.size() == 1);
  reading.log(end_of_log(40));
  CHECK(reading.script->changes.empty());
  CHECK(reading.first->empty());
}

TEST_CASE("the change reader reads on once every follower has taken what was read") {
  Reading reading;
  reading.begin(1'000);
  reading.wake();
  reading.log(page_of_changes(1'001, 1'500));  // a full page: there is more
  CHECK(reading.script->changes.empty());
  reading.reply(*reading.first, actors::ChangesTaken{});
  CHECK(reading.script->changes.empty());
  reading.reply(*reading.second, actors::ChangesTaken{});
  REQUIRE(reading.script->changes.size() == 1);
  CHECK(reading.script->changes[0].first.query.after == 1'500);
}

TEST_CASE("a follower that ends does not hold the change reader up") {
  Reading reading;
  reading.begin(1);
  reading.wake();
  reading.log(page_of_changes(2, 2));
  reading.reply(*reading.first, actors::ChangesTaken{});
  reading.kill(reading.followers[1]);
  reading.wake();
  CHECK(reading.script->changes.size() == 1);
}

TEST_CASE("without a message the change reader reads the log once a second") {
  Reading reading;
  reading.begin(40);
  reading.world.advance(ChangeReader::interval);
  REQUIRE(reading.script->changes.size() == 1);
  reading.log(end_of_log(40));
  reading.world.advance(ChangeReader::interval);
  CHECK(reading.script->changes.size() == 1);
}

TEST_CASE("while nobody follows, the log is not read, and then the change reader begins anew") {
  Reading reading;
  reading.begin(40);
  *reading.count = 0;
  reading.world.advance(ChangeReader::interval);
  reading.wake();
  CHECK(reading.script->changes.empty());
  CHECK(reading.world.clock().idle());
  *reading.count = 1;
  reading.wake();
  REQUIRE(reading.script->changes.size() == 1);
  CHECK(reading.script->changes[0].first.query.after == std::nullopt);
}

TEST_CASE("a log that can't be read is read again, behind what was read before") {
  Reading reading;
  reading.begin(40);
  reading.wake();
  reading.log(tl::unexpected(storage_unavailable()));
  CHECK(reading.script->changes.empty());
  reading.world.advance(ChangeReader::interval);
  reading.kill(reading.live_pages);  // the store ends before it answers
  reading.live_pages =
      reading.world.spawn_as<ScriptedPages>(reading.pages.follow({"store-pages"}), reading.script);
  reading.world.advance(ChangeReader::interval);
  REQUIRE(reading.script->changes.size() == 1);
  CHECK(reading.script->changes[0].first.query.after == 40);
}

TEST_CASE("a change reader whose position the log has lost begins anew") {
  Reading reading;
  reading.begin(40);
  reading.wake();
  reading.log(tl::unexpected(changes_expired(90)));
  reading.world.advance(ChangeReader::interval);
  REQUIRE(reading.script->changes.size() == 1);
  CHECK(reading.script->changes[0].first.query.after == std::nullopt);
  reading.log(end_of_log(90));
  CHECK(reading.first->front().first.changes == nullptr);
}

}  // namespace rollcall::tests
