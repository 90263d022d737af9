// An actor's link to PostgreSQL: one connection that is made, watched, lost and made again, on its
// own schedule. An outage is no crash: it spends no restart and ends nothing.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include "actors/backoff.hpp"
#include "actors/clock.hpp"
#include "actors/loop.hpp"
#include "db/pg_connection.hpp"
#include "db/pg_handshake.hpp"

namespace rollcall::actors {

/// What a link needs of the actor that it belongs to.
struct LinkHost {
  using Callback = std::function<void(asio::error_code)>;

  Loop& loop;
  std::function<Timer(Clock::Duration, std::function<void()>)> after;
  std::function<Callback(Callback)> guarded;  // the callback runs as the actor, or not at all
};

template <class Self>
LinkHost host_of(Self& self) {
  return {self.loop(),
          [&self](Clock::Duration delay, std::function<void()> callback) {
            return self.after(delay, std::move(callback));
          },
          [&self](LinkHost::Callback callback) -> LinkHost::Callback {
            return self.guarded(std::move(callback));
          }};
}

struct PgLinkOptions {
  db::PgTarget target;
  std::string application_name;
  std::chrono::milliseconds connect_timeout{1'000};    // for each attempt, resolving included
  std::chrono::milliseconds statement_timeout{1'000};  // also how long, and a quarter second more,
                                                       // the server may keep silent
  std::chrono::milliseconds reconnect_min{50};
  std::chrono::milliseconds reconnect_max{500};
  db::PgHandshakeOptions handshake{};
  std::optional<std::uint64_t> seed{};  // of the delays; none: another one for each link
};

/// Runs on its actor's loop. Never blocks.
class PgLink {
 public:
  /// What the owner is told; `lost` also from within `start` and `drop`.
  struct Events {
    std::function<void()> ready;                      // in pipeline mode, checked
    std::function<void(const db::PgResult&)> result;  // the next one of what was sent
    std::function<void(const db::PgFault&)> lost;     // or not made; it tries again by itself
    std::function<void(const db::PgNotice&)> notice{};
  };

  PgLink(LinkHost host, PgLinkOptions options, Events events);
  PgLink(const PgLink&) = delete;
  PgLink& operator=(const PgLink&) = delete;
  ~PgLink();

  /// Begins to connect.
  void start() { attempt(); }
  bool ready() const { return state_ == State::ready; }
  /// Whether the last attempt to connect has failed.
  bool down() const { return down_; }
  /// Why there is no connection, for the operator.
  Error not_serving() const;

  /// The connection, to send through. Only while ready. A failure to send is told as a loss later.
  template <const auto& declared, class... Params>
  void send(const Params&... params) {
    note(connection_->send<declared>(params...));
  }
  void send_sync() { note(connection_->send_sync()); }
  /// For what sends by itself, as db::PgWriteGroup does: what it returns goes into `note`.
  db::PgConnection& connection() { return *connection_; }
  void note(const tl::expected<void, db::PgFault>& sent);
  /// Hands over what was sent, and expects an answer from now on.
  void flush();
  /// The database did what was asked: the next outage starts with short delays again.
  void worked() { attempts_ = 0; }
  /// Gives the connection up, and makes another.
  void drop(db::PgFault fault);
  /// The same, since a statement that was checked no longer suits the schema: the next connection
  /// is checked anew, and tells what has drifted.
  void check_again(const db::PgFault& misfit);

 private:
  enum class State { waiting, resolving, connecting, handshaking, ready };
  using Resolved = asio::ip::tcp::resolver::results_type;

  void attempt();
  void resolve(std::size_t index);
  void connect();
  void go_on_connecting(db::PgConnection::Wants wants);
  void shake_hands();
  void go_on_shaking();
  void become_ready();
  void wait_readable();
  void wait_writable();
  void on_readable();
  void take_results();
  void watch();
  void look_later();
  void adopt_socket();
  void close();
  void lose(db::PgFault fault);
  void limit(Clock::Duration time);

  LinkHost host_;
  PgLinkOptions options_;
  Events events_;
  Backoff backoff_;
  State state_ = State::waiting;
  bool down_ = false;
  int attempts_ = 0;              // since it last worked
  std::uint64_t generation_ = 0;  // callbacks of an earlier connection are told by it
  std::vector<db::PgHost> hosts_{};
  asio::ip::tcp::resolver resolver_;
  std::optional<db::PgConnection> connection_{};
  std::optional<db::PgHandshake> handshake_{};
  std::optional<asio::posix::stream_descriptor> socket_{};  // borrowed from libpq
  std::optional<db::PgFault> trouble_{};
  std::optional<db::PgFault> failed_to_send_{};
  Clock::TimePoint heard_{};  // when the server last said something, or was first asked
  bool writing_ = false;      // waits for the socket to take more
  Timer timer_;               // of the attempt, or until the next one
  Timer watch_;
  bool watching_ = false;
};

}  // namespace rollcall::actors
