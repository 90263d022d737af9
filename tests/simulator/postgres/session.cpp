#include "tests/simulator/postgres/session.hpp"

#include <asio/buffer.hpp>
#include <asio/write.hpp>

namespace rollcall::simulator {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Latency of the network, one way.
constexpr microseconds shortest_way{20};
constexpr microseconds longest_way{900};

}  // namespace

Session::Session(Cluster& cluster, std::uint64_t number, ServerRef server, Socket socket)
    : cluster_(cluster),
      scheduler_(cluster.scheduler()),
      number_(number),
      server_(std::move(server)),
      socket_(std::move(socket)) {
  socket_.non_blocking(true);
  frozen_until_ = cluster.silent_until();
}

std::string Session::who() const {
  return "session " + std::to_string(number_) + " (" + application_ + ") on server " +
         std::to_string(server_->number) + ": ";
}

void Session::read() {
  socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](auto error, auto got) {
    if (self->closed_) return;
    if (error) return self->client_went();
    self->received({self->buffer_.data(), got});
    self->read();
  });
}

// Takes effect after what the client sent before has arrived.
void Session::client_went() {
  scheduler_.time.after(arrives_at_ - scheduler_.time.now(), [self = shared_from_this()] {
    self->client_gone_ = true;
    self->process();
  });
}

// The bytes were read from the socket; they are processed after the latency of the network.
void Session::received(std::string_view bytes) {
  arrives_at_ = std::max(
      arrives_at_, scheduler_.time.now() + scheduler_.random.between(shortest_way, longest_way));
  scheduler_.time.after(arrives_at_ - scheduler_.time.now(),
                        [self = shared_from_this(), text = std::string(bytes)] {
                          self->reader_.add(text);
                          while (auto message = self->reader_.next()) {
                            // A request for encryption and the startup message have no type.
                            if (message->type == '\0' && !self->started_) {
                              self->start_up(*message);
                            } else {
                              self->messages_.push_back(std::move(*message));
                            }
                          }
                          self->process();
                        });
}

void Session::start_up(const WireMessage& message) {
  constexpr std::int64_t encryption_tls = 80'877'103;
  constexpr std::int64_t encryption_gss = 80'877'104;
  constexpr std::int64_t version_3 = 196'608;
  WireCursor body(message.body);
  const auto code = body.integer(4);
  if (code == encryption_tls || code == encryption_gss) {
    reader_.expect_startup();
    return send("N", 1);
  }
  if (code != version_3) throw ProtocolError("a start that is none of version 3");
  while (!body.at_end()) {
    const auto key = body.text();
    if (key.empty()) break;
    const auto value = body.text();
    if (key == "application_name") application_ = value;
  }
  started_ = true;
  if (application_.size() < 2 || application_[1] != ' ') {
    throw ProtocolError("a connection of no node: " + application_);
  }
  node_ = application_.front() - 'A';  // nodes are called A, B, ...
  deaf_ = application_.ends_with("feed") && scheduler_.random.chance(cluster_.rates.deaf);
  scheduler_.trace.note([&] { return who() + (deaf_ ? "connected, deaf" : "connected"); });
  out_.authentication_ok();
  out_.parameter_status("server_version", "15.0");
  out_.parameter_status("client_encoding", "UTF8");
  out_.parameter_status("integer_datetimes", "on");
  out_.parameter_status("standard_conforming_strings", "on");
  out_.backend_key_data(static_cast<std::int32_t>(number_), 1);
  out_.ready_for_query('I');
  flush();
}

void Session::process() {
  while (!closed_ && !busy_ && !waits_) {
    const auto now = scheduler_.time.now();
    if (frozen_until_ > now) {
      scheduler_.time.after(frozen_until_ - now, [self = shared_from_this()] { self->process(); });
      return;
    }
    if (messages_.empty()) break;
    const auto message = std::move(messages_.front());
    messages_.pop_front();
    if (scheduler_.random.chance(cluster_.rates.cut)) {
      return cut(std::string("before it takes '") + message.type + "'");
    }
    if (scheduler_.random.chance(cluster_.rates.silence)) {
      frozen_until_ = now + scheduler_.random.between(milliseconds{50}, longest_silence);
      scheduler_.trace.note([&] { return who() + "falls silent"; });
      messages_.push_front(message);
      continue;
    }
    handle(message);
  }
  if (client_gone_ && !closed_ && !busy_ && !waits_ && messages_.empty()) cut("client has gone");
}

void Session::handle(const WireMessage& message) {
  WireCursor body(message.body);
  switch (message.type) {
    case 'Q':
      return run_script(std::string(body.text()));
    case 'S':
      return sync();
    case 'X':
      return cut("its client ends it");
    case 'P':
    case 'D':
    case 'B':
    case 'E':
      break;
    default:
      throw ProtocolError(std::string("the simulated server does not know messages of type ") +
                          message.type);
  }
  if (skipping_) return;
  if (message.type == 'P') parse(body);
  if (message.type == 'D') describe(body);
  if (message.type == 'B') bind(body);
  if (message.type == 'E') execute();
}

void Session::receive(const std::vector<Notification>& notifications) {
  if (!listens() || deaf_) return;
  bool any = false;
  for (const auto& notification : notifications) {
    if (listens_.count(notification.channel) == 0) continue;
    received_.push_back(notification);
    any = true;
  }
  if (!any) return;
  const bool late = scheduler_.random.chance(cluster_.rates.late_notification);
  const auto delay =
      late ? scheduler_.random.between(milliseconds{1}, latest_notification) : Duration::zero();
  scheduler_.time.after(delay, [self = shared_from_this()] {
    if (self->closed_ || self->received_.empty()) return;
    self->drain_notifications();
    self->flush();
  });
}

// Sends all notifications that were committed, in the order of the commits.
void Session::drain_notifications() {
  for (; !received_.empty(); received_.pop_front()) {
    const int times = scheduler_.random.chance(cluster_.rates.double_notification) ? 2 : 1;
    scheduler_.trace.note(
        [&] { return who() + "is notified of '" + received_.front().payload + "'"; });
    for (int i = 0; i < times; ++i) {
      out_.notification(1, received_.front().channel, received_.front().payload);
    }
  }
}

void Session::flush() {
  if (closed_ || out_.empty()) return;
  auto bytes = out_.take();
  auto& random = scheduler_.random;
  if (random.chance(cluster_.rates.cut)) {
    auto part = bytes.substr(0, random.below(bytes.size()));
    // What is still on its way is lost too: then this part must not arrive before it.
    if (leaves_at_ < scheduler_.time.now()) send(std::move(part), bytes.size());
    return cut("in the middle of an answer");
  }
  const bool slow = random.chance(cluster_.rates.delay);
  const auto way =
      slow ? random.between(longest_way, longest_delay) : random.between(shortest_way, longest_way);
  leaves_at_ = std::max(leaves_at_, scheduler_.time.now() + way);
  scheduler_.time.after(
      leaves_at_ - scheduler_.time.now(),
      [self = shared_from_this(), bytes = std::move(bytes)] { self->send(bytes, bytes.size()); });
}

void Session::send(std::string bytes, std::size_t at_most) {
  if (closed_) return;
  if (const auto now = scheduler_.time.now(); frozen_until_ > now) {
    scheduler_.time.after(frozen_until_ - now, [self = shared_from_this(), bytes, at_most] {
      self->send(bytes, at_most);
    });
    return;
  }
  asio::error_code error;
  const auto sent =
      asio::write(socket_, asio::buffer(bytes.data(), std::min(bytes.size(), at_most)), error);
  if (!error && sent != bytes.size()) throw ProtocolError("a socket that takes too little");
  cluster_.scheduler().wake_node(node_);
  if (node_ == Scheduler::no_node) cluster_.scheduler().wake_all();
}

void Session::abort() {
  if (!explicit_ || transaction_.changed.empty()) return;
  doomed_ = true;
  if (closed_) {
    end_transaction();
    cluster_.remove(*this);
  } else {
    cut("its server takes no more writes");
  }
}

void Session::refuse(const std::string& sqlstate, const std::string& why) {
  out_.error("FATAL", sqlstate, why);
  const auto bytes = out_.take();
  frozen_until_ = {};
  send(bytes, bytes.size());
  cut(why);
}

void Session::cut(const std::string& why) {
  if (std::exchange(closed_, true)) return;
  scheduler_.trace.note([&] { return who() + "ends: " + why; });
  asio::error_code ignored;
  socket_.close(ignored);
  if (node_ == Scheduler::no_node) {
    scheduler_.wake_all();
  } else {
    scheduler_.wake_node(node_);
  }
  messages_.clear();
  waits_ = false;
  if (busy_ && !server_->dead && !doomed_) return;  // it still commits, and is removed after that
  end_transaction();
  cluster_.remove(*this);
}

}  // namespace rollcall::simulator
