#include "http/api/subscribers.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "domain/errors.hpp"
#include "http/api/event_text.hpp"
#include "http/api/gateway.hpp"

namespace rollcall::http {

namespace {

struct EventTexts {
  std::string text{};
  std::size_t count = 0;
};

// The events of those changes that the subscriber has not got.
EventTexts events_for(const Subscriber& subscriber, const std::vector<LoggedChange>& changes) {
  EventTexts events;
  for (const auto& change : changes) {
    if (change.seq <= subscriber.position.value_or(0)) continue;
    if (subscriber.user && change.user != *subscriber.user) continue;
    append_event(events.text, change);
    ++events.count;
  }
  return events;
}

}  // namespace

Response events_response(std::shared_ptr<StreamBody> body) {
  Response response{200, events_type};
  response.add("Cache-Control", "no-store");
  response.add("X-Accel-Buffering", "no");  // nginx passes each event on at once
  response.close = true;
  response.stream = std::move(body);
  return response;
}

Subscribers::Subscribers(Self& self, actors::PageStoreHandle log, actors::ChangeReaderHandle reader,
                         std::shared_ptr<LoopState> state, SubscriberOptions options)
    : self_(self),
      log_(std::move(log)),
      reader_(std::move(reader)),
      state_(std::move(state)),
      options_(std::move(options)),
      comments_(actors::schedule_of(self), comment_interval, [this] { send_comments(); }) {}

Subscribers::~Subscribers() {
  for (const auto& subscriber : all_) subscriber->abandon();
}

void Subscribers::add(const PendingRequestRef& request) {
  if (options_.count->fetch_add(1) >= options_.max_subscribers) {
    options_.count->fetch_sub(1);
    return request->fail({ProblemType::overloaded, "too many clients follow the changes"});
  }
  auto subscriber = std::make_shared<Subscriber>(
      *this, request, std::get<FollowChanges>(request->operation()).query);
  tidy();
  all_.push_back(subscriber);
  comments_.arm();
  // While nobody followed, the change reader did not read.
  if (++state_->stats.subscribers == 1 && reader_) caf::anon_send(reader_, actors::ReadChanges{});
  read_log(std::move(subscriber));
}

void Subscribers::forget() {
  ++gone_;
  --state_->stats.subscribers;
  options_.count->fetch_sub(1);
}

void Subscribers::read_log(SubscriberRef subscriber) {
  subscriber->state = Subscriber::State::reading;
  reads_.push_back(std::move(subscriber));
  send_reads();
}

void Subscribers::send_reads() {
  while (!reads_.empty() && under_way_ < reads_at_store) {
    const auto subscriber = std::move(reads_.front());
    reads_.pop_front();
    if (subscriber->request && !subscriber->request->open()) subscriber->end();  // it has expired
    if (subscriber->gone()) continue;
    if (subscriber->output() != nullptr && state_->buffers_half_full()) {
      retry(subscriber);
    } else {
      send_read(subscriber);
    }
  }
}

void Subscribers::send_read(const SubscriberRef& subscriber) {
  ++under_way_;
  const auto& request = subscriber->request;
  const auto deadline = request ? request->deadline() : self_.now() + read_patience;
  self_.ask(
      log_, actors::ListChanges{{subscriber->position, max_changes, subscriber->user}, deadline},
      [this, subscriber](const actors::ListChangesReply& reply) {
        --under_way_;
        if (reply) {
          take_page(subscriber, *reply);
        } else {
          fail(subscriber, reply.error());
        }
        send_reads();
      },
      [this, subscriber](const caf::error&) {
        --under_way_;
        fail(subscriber, storage_unavailable());
        send_reads();
      });
}

void Subscribers::fail(const SubscriberRef& subscriber, const Error& error) {
  if (subscriber->gone()) return;
  if (subscriber->request) {
    subscriber->request->fail(error);
    return subscriber->end();
  }
  // The client comes again, and is answered 410.
  if (error.code == ErrorCode::changes_expired) return subscriber->end();
  retry(subscriber);
}

void Subscribers::retry(const SubscriberRef& subscriber) {
  retries_.after(self_, retry_delay, [this, subscriber] { read_log(subscriber); });
}

void Subscribers::take_page(const SubscriberRef& subscriber, const ChangesPage& page) {
  if (subscriber->gone()) return;
  const bool more = page.changes.size() == std::size_t{max_changes};
  auto events = events_for(*subscriber, page.changes);
  if (subscriber->request) {
    begin_stream(subscriber, position_text(subscriber->position.value_or(page.next)) + events.text);
    state_->stats.events += events.count;
  } else {
    send(*subscriber, counted_part(state_, std::move(events.text)), events.count);
  }
  if (subscriber->gone()) return;
  subscriber->position = page.next;
  if (position_ ? page.next >= *position_ : !more) {
    subscriber->state = Subscriber::State::live;
  } else if (!page.changes.empty()) {
    subscriber->state = Subscriber::State::writing;
    if (subscriber->output()->unsent() == 0) drained(subscriber);
  } else {
    retry(subscriber);  // the change reader has read what the log no longer has
  }
}

void Subscribers::begin_stream(const SubscriberRef& subscriber, std::string text) {
  subscriber->first = counted_part(state_, std::move(text));
  const auto request = std::exchange(subscriber->request, nullptr);
  if (request->open()) request->answer(events_response(subscriber));
  if (subscriber->output() == nullptr) subscriber->end();  // HEAD, or the client has gone
}

void Subscribers::drained(const SubscriberRef& subscriber) {
  if (subscriber->state == Subscriber::State::writing) read_log(subscriber);
}

void Subscribers::take(const actors::ChangesRead& read) {
  position_ = read.to;
  EventTexts shared;
  StreamPart shared_part;
  for (const auto& subscriber : all_) {
    if (subscriber->gone() || subscriber->state != Subscriber::State::live) continue;
    const auto at = *subscriber->position;
    if (read.changes ? at < read.from : at != read.to) {
      read_log(subscriber);
    } else if (read.changes && at < read.to) {
      if (at > read.from || subscriber->user) {
        auto events = events_for(*subscriber, *read.changes);
        send(*subscriber, counted_part(state_, std::move(events.text)), events.count);
      } else {
        if (!shared_part) {
          shared = events_for(*subscriber, *read.changes);
          shared_part = counted_part(state_, std::move(shared.text));
        }
        send(*subscriber, shared_part, shared.count);
      }
      subscriber->position = read.to;
    }
  }
  tidy();
}

// What is buffered for other clients is not to be refused for the sake of one that does not read.
void Subscribers::send(Subscriber& subscriber, const StreamPart& part, std::size_t events) {
  if (part->empty()) return;
  const auto unsent = subscriber.output()->unsent();
  if (unsent > 0 && (unsent + part->size() > options_.max_unsent || state_->buffers_half_full())) {
    ++state_->stats.too_slow;
    return subscriber.end();
  }
  state_->stats.events += events;
  subscriber.output()->send(part);
}

// The position of a subscriber whose user seldom changes would expire, if it got no id meanwhile.
void Subscribers::send_comments() {
  const auto comment = std::make_shared<const std::string>(event_comment);
  const auto shared =
      position_ ? std::make_shared<const std::string>(position_text(*position_)) : comment;
  for (const auto& subscriber : all_) {
    auto* output = subscriber->output();
    if (output == nullptr || output->unsent() > 0) continue;
    const bool there =
        subscriber->state == Subscriber::State::live && subscriber->position == position_;
    output->send(there ? shared : comment);
  }
  tidy();
  if (!all_.empty()) comments_.arm();
}

void Subscribers::end() {
  for (const auto& subscriber : all_) {
    if (subscriber->request) {
      subscriber->request->refuse(
          {{ProblemType::shutting_down, "the daemon is stopping"}, {}, true});
    }
    subscriber->end();
  }
}

void Subscribers::tidy() {
  if (gone_ * 2 < all_.size()) return;
  std::erase_if(all_, [](const auto& subscriber) { return subscriber->gone(); });
  gone_ = 0;
}

}  // namespace rollcall::http
