// A gateway whose subscribers and change reader the test plays.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/errors.hpp"
#include "http/api/event_text.hpp"
#include "http/api/subscribers.hpp"
#include "tests/support/actors/changes.hpp"
#include "tests/support/actors/edge.hpp"

namespace rollcall::tests {

/// A connection that a test looks at. Its client takes all at once, unless it `sleeps`.
class FakeOutput final : public http::StreamOutput {
 public:
  explicit FakeOutput(std::shared_ptr<http::StreamBody> body) : body_(std::move(body)) {}

  void send(http::StreamPart part) override {
    if (sleeps) unsent_ += part->size();
    parts.push_back(std::move(part));
  }
  std::size_t unsent() const override { return unsent_; }
  void end() override {
    ended = true;
    close();
  }
  /// The client has taken all.
  void drain() {
    unsent_ = 0;
    body_->drained();
  }
  /// The client is gone.
  void close() {
    if (const auto body = std::exchange(body_, nullptr)) body->closed();
  }
  std::string text() const {
    std::string all;
    for (const auto& part : parts) all += *part;
    return all;
  }

  std::vector<http::StreamPart> parts;
  bool sleeps = false;
  bool ended = false;

 private:
  std::shared_ptr<http::StreamBody> body_;
  std::size_t unsent_ = 0;
};

struct FakeClient {
  AnsweredRef answered = std::make_shared<Answered>();
  std::shared_ptr<FakeOutput> output{};  // once the stream has begun
};
using FakeClientRef = std::shared_ptr<FakeClient>;

/// Counts how often the change reader is woken.
class CountedReader {
 public:
  using Handle = actors::ChangeReaderHandle;
  CountedReader(actors::LoopActor<CountedReader>&, std::shared_ptr<int> woken)
      : woken_(std::move(woken)) {}
  Handle::behavior_type behavior() {
    return {[this](const actors::ReadChanges&) { ++*woken_; }};
  }

 private:
  std::shared_ptr<int> woken_;
};

inline std::string events(std::int64_t first, std::int64_t last) {
  std::string text;
  for (const auto& change : changes(first, last)) http::append_event(text, change);
  return text;
}

struct Following : Edge {
  http::SubscriberOptions options;
  std::shared_ptr<int> woken = std::make_shared<int>(0);
  actors::ChangeReaderHandle reader = world.spawn<CountedReader>(woken);

  explicit Following(std::size_t max_subscribers = 9, std::size_t max_unsent = 1'000'000)
      : options{max_subscribers, max_unsent} {
    http::GatewayPeers peers{lookup.handle(), pages.handle(), sequencer.handle(), feed.handle(),
                             reader};
    gateway = world.spawn<http::Gateway>(peers, state, std::size_t{0}, options);
    world.settle();
  }

  FakeClientRef follow(ChangesQuery query = {}, bool head = false) {
    auto client = std::make_shared<FakeClient>();
    http::Responder responder({"/events"}, [client, head](http::Response&& response) {
      ++client->answered->count;
      const auto body = std::move(response.stream);
      client->answered->response = std::move(response);
      if (!body || head) return;
      client->output = std::make_shared<FakeOutput>(body);
      body->begin(client->output);
    });
    caf::anon_send(gateway, http::Serve{std::make_shared<http::PendingRequest>(
                                std::move(responder), http::FollowChanges{query}, world.in({}),
                                world.in(std::chrono::seconds{2}), state)});
    world.settle();
    return client;
  }
  /// One that has all changes up to here.
  FakeClientRef follow_from(std::int64_t end, std::optional<UserId> user = {}) {
    auto client = follow({end, 50, user});
    log(end_of_log(end));
    return client;
  }
  void log(actors::ListChangesReply page) { reply(script->changes, std::move(page)); }
  /// What the change reader sends.
  void tell(actors::ChangesRead read) { world.ask(gateway, std::move(read)); }
  /// The change reader begins anew.
  void tell_position(std::int64_t position) { tell({position, position}); }
};

}  // namespace rollcall::tests
