// The clients of GET /events on one loop. Part of its gateway.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/directory/change_reader.hpp"
#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"
#include "http/api/pending_request.hpp"
#include "http/api/subscriber.hpp"
#include "http/server/loop_state.hpp"

namespace rollcall::http {

class Gateway;

struct SubscriberOptions {
  std::size_t max_subscribers = 10'000;  // of all that share the count; over it: 503
  std::size_t max_unsent = 262'144;      // bytes for one subscriber; over it: its stream ends
  std::shared_ptr<actors::FollowerCount> count = std::make_shared<actors::FollowerCount>(0);
};

/// A subscriber reads pages of the log until it has all that the change reader has read. From then
/// on it gets what the change reader reads next: bytes that are made once for all. Each subscriber
/// has its own position, so that it gets no change twice where it was ahead. A subscriber that is
/// not at the position where the change reader goes on reads pages again, so that it misses none.
class Subscribers {
 public:
  using Self = actors::LoopActor<Gateway>;

  /// A comment that is sent so often keeps proxies from closing the connection, and shows the
  /// kernel which clients are gone.
  static constexpr std::chrono::seconds comment_interval{15};
  /// How many pages of the log are read at a time, and how long one may take.
  static constexpr std::size_t reads_at_store = 4;
  static constexpr std::chrono::seconds read_patience{2};
  /// When a page that could not be read is tried again.
  static constexpr std::chrono::seconds retry_delay{1};

  Subscribers(Self& self, actors::PageStoreHandle log, actors::ChangeReaderHandle reader,
              std::shared_ptr<LoopState> state, SubscriberOptions options);
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;
  ~Subscribers();

  /// Takes a request whose operation is FollowChanges.
  void add(const PendingRequestRef& request);
  /// Sends what the change reader has read to those that wait for it.
  void take(const actors::ChangesRead& read);
  /// Ends all streams, and refuses those that have not begun: the daemon is stopping.
  void end();

  // For a subscriber.

  /// Its client has taken all that was sent.
  void drained(const SubscriberRef& subscriber);
  /// It is gone.
  void forget();

 private:
  void read_log(SubscriberRef subscriber);
  void send_reads();
  void send_read(const SubscriberRef& subscriber);
  void take_page(const SubscriberRef& subscriber, const ChangesPage& page);
  void begin_stream(const SubscriberRef& subscriber, std::string text);
  void fail(const SubscriberRef& subscriber, const Error& error);
  void retry(const SubscriberRef& subscriber);
  void send(Subscriber& subscriber, const StreamPart& part, std::size_t events);
  void send_comments();
  void tidy();

  Self& self_;
  actors::PageStoreHandle log_;
  actors::ChangeReaderHandle reader_;
  std::shared_ptr<LoopState> state_;
  SubscriberOptions options_;
  std::vector<SubscriberRef> all_{};
  std::size_t gone_ = 0;                    // of them
  std::deque<SubscriberRef> reads_{};       // wait for a page
  std::size_t under_way_ = 0;               // pages that the store has
  std::optional<std::int64_t> position_{};  // up to which the change reader has read
  actors::TimerSet retries_;
  actors::Ticker comments_;
};

/// The answer to a request for a stream.
Response events_response(std::shared_ptr<StreamBody> body);

}  // namespace rollcall::http
