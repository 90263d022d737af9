#include "http/api/gateway.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/directory/failures.hpp"
#include "http/api/user_response.hpp"

namespace rollcall::http {

namespace {

constexpr std::chrono::milliseconds tick{10};
// The registrar itself drops writes whose deadline has passed and says so; it is given this long to
// say it before the outcome counts as unknown.
constexpr std::chrono::milliseconds write_grace{50};

}  // namespace

Gateway::Gateway(Self& self, GatewayPeers peers, std::shared_ptr<Traffic> traffic)
    : self_(self), peers_(std::move(peers)), traffic_(std::move(traffic)) {}

Gateway::~Gateway() {
  for (const auto& exchange : under_way_) {
    exchange->fail(exchange->is_write() ? actors::outcome_unknown()
                                        : actors::storage_unavailable());
  }
}

Gateway::Handle::behavior_type Gateway::behavior() {
  return {
      [this](const Serve& message) { serve(message.exchange); },
      [this](const Drain&) -> caf::result<Drained> {
        traffic_->draining = true;
        drains_.push_back(self_.promise<Drained>());
        sweep();
        return actors::later<Drained>;
      },
      [this](const CountTraffic&) { return *traffic_; },
  };
}

void Gateway::serve(const ExchangeRef& exchange) {
  if (self_.now() >= exchange->deadline()) {
    exchange->fail(actors::deadline_exceeded());
    return;
  }
  exchange->if_dropped(ProblemType::internal);
  under_way_.push_back(exchange);
  arm();
  auto& operation = exchange->operation();
  if (auto* read = std::get_if<ReadUser>(&operation)) {
    read_user(exchange, *read);
  } else if (auto* page = std::get_if<ReadPage>(&operation)) {
    read_page(exchange, *page);
  } else {
    write(exchange, std::get<Change>(std::move(operation)));
  }
}

void Gateway::read_user(const ExchangeRef& exchange, const ReadUser& read) {
  self_.ask(
      peers_.directory, actors::FindUser{read.id, exchange->deadline(), read.fresh},
      [exchange](const actors::FindUserReply& found) {
        if (!exchange->open()) return;
        if (!found) return exchange->fail(found.error());
        const auto& precondition = std::get<ReadUser>(exchange->operation()).precondition;
        auto response = read_response(*found, precondition);
        if (!response) return exchange->fail(response.error());
        exchange->answer(std::move(*response));
      },
      [exchange](const caf::error&) { exchange->fail(actors::storage_unavailable()); });
}

void Gateway::read_page(const ExchangeRef& exchange, const ReadPage& page) {
  self_.ask(
      peers_.directory, actors::ListUsers{page.after, page.limit, exchange->deadline()},
      [exchange](const actors::ListUsersReply& listed) {
        if (!exchange->open()) return;
        if (!listed) return exchange->fail(listed.error());
        int limit = std::get<ReadPage>(exchange->operation()).limit;
        exchange->answer(page_response(*listed, limit));
      },
      [exchange](const caf::error&) { exchange->fail(actors::storage_unavailable()); });
}

void Gateway::write(const ExchangeRef& exchange, Change change) {
  bool created = std::holds_alternative<CreateUser>(change);
  auto id = target_of(change);
  self_.ask(
      peers_.registrar, actors::WriteUser{std::move(change), exchange->deadline()},
      [exchange, created](const actors::WriteUserReply& written) {
        if (!exchange->open()) return;
        if (!written) return exchange->fail(written.error());
        exchange->answer(change_response(*written, created));
      },
      [this, exchange, id](const caf::error& failure) {
        auto fate = actors::fate_of_write(failure);
        if (fate.code == ErrorCode::outcome_unknown) {
          forget(exchange, id);
        } else {
          exchange->fail(fate);
        }
      });
}

// The registrar has ended with the write: nobody else will tell the directories. Of a create no id
// is known; they drop everything when a registrar ends.
void Gateway::forget(const ExchangeRef& exchange, std::optional<UserId> id) {
  if (!id) return exchange->fail(actors::outcome_unknown());
  self_.ask(
      peers_.feed, actors::Forget{{}, false, {*id}},
      [exchange](const actors::Forgotten&) { exchange->fail(actors::outcome_unknown()); },
      // Without a feed there is no directory either that could remember.
      [exchange](const caf::error&) { exchange->fail(actors::outcome_unknown()); });
}

void Gateway::arm() {
  if (ticking_) return;
  ticking_ = true;
  tick_ = self_.after(tick, [this] {
    ticking_ = false;
    sweep();
  });
}

void Gateway::sweep() {
  auto now = self_.now();
  for (const auto& exchange : under_way_) {
    if (!exchange->open()) continue;
    if (exchange->is_write()) {
      if (now >= exchange->deadline() + write_grace) exchange->fail(actors::outcome_unknown());
    } else if (now >= exchange->deadline()) {
      exchange->fail(actors::deadline_exceeded());
    }
  }
  std::erase_if(under_way_, [](const auto& exchange) { return !exchange->open(); });
  if (traffic_->in_flight == 0 && traffic_->unsent == 0) {
    for (auto& drain : drains_) drain.deliver({});
    drains_.clear();
  }
  if (!under_way_.empty() || !drains_.empty()) arm();
}

}  // namespace rollcall::http
