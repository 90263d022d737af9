// An actor's link to PostgreSQL: one connection that is made, monitored and remade on its own
// schedule. An outage is not a crash: it does not count against the restart budget.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/runtime/clock.hpp"
#include "actors/runtime/loop.hpp"
#include "actors/runtime/ready_sockets.hpp"
#include "actors/runtime/ticker.hpp"
#include "actors/stores/postgres/admission.hpp"
#include "actors/stores/reconnect.hpp"
#include "db/postgres/client/connection.hpp"
#include "db/postgres/client/name_lookup.hpp"
#include "db/postgres/handshake.hpp"

namespace rollcall::actors {

/// What a link needs of the actor that it belongs to.
struct LinkOwner {
  Loop& loop;
  Schedule after;
  // The callback runs as the actor, or not at all.
  std::function<ReadySockets::Callback(ReadySockets::Callback)> guarded;
  std::function<void(const PgAdmissionHandle&, AdmitLink, std::function<void(AdmitLinkReply)>)>
      ask_admission;
  /// The callback also runs if the actor that issued the permit has terminated.
  std::function<void(const PgAdmissionHandle&, AwaitRecall, std::function<void()>)> await_recall;
};

template <class Self>
LinkOwner owner_of(Self& self) {
  return {self.loop(), schedule_of(self),
          [&self](ReadySockets::Callback callback) -> ReadySockets::Callback {
            return self.guarded(std::move(callback));
          },
          [&self](const PgAdmissionHandle& whom, AdmitLink message, auto callback) {
            self.ask(
                whom, std::move(message), [callback](AdmitLinkReply& reply) { callback(reply); },
                [callback](const caf::error&) {
                  callback(tl::unexpected(std::string("nobody admits connections")));
                });
          },
          [&self](const PgAdmissionHandle& whom, AwaitRecall message, auto callback) {
            self.ask(
                whom, message, [callback](const Recalled&) { callback(); },
                [callback](const caf::error&) { callback(); });
          }};
}

struct PgLinkOptions {
  db::PgTarget target;
  std::string application_name;
  std::chrono::milliseconds connect_timeout{1'000};  // for each address, handshake included
  // The server may be silent for this, and 250 ms more, while anything is in flight. The limit for
  // statements that the server enforces is in `handshake`.
  std::chrono::milliseconds statement_timeout{1'000};
  ReconnectOptions reconnect{};
  db::PgHandshakeOptions handshake{};
  std::chrono::seconds max_age{0};  // then the connection is replaced; 0: never
  PgAdmissionHandle admission{};    // null: it needs no permit to serve
};

/// Runs on its actor's loop. Never blocks.
///
/// Connecting goes in rounds: the names of the URL are looked up in parallel; then each address is
/// tried in turn, for connect_timeout at most, until one is ready. If there are several, the next
/// round begins with another address than the one before. A name that has no address, or whose
/// lookup takes longer than 100 ms while others have one, is left out of the round.
class PgLink {
 public:
  /// The owner's callbacks. Any call below, except `worked` and `send`, may call `lost` before it
  /// returns.
  struct Events {
    std::function<void()> ready;                      // in pipeline mode, all statements checked
    std::function<void(const db::PgResult&)> result;  // the next result of what was sent
    std::function<void(const db::PgError&)> lost;     // or not made; the link reconnects
    std::function<void(const db::PgNotification&)> notification{};
  };

  PgLink(LinkOwner owner, PgLinkOptions options, Events events);
  PgLink(const PgLink&) = delete;
  PgLink& operator=(const PgLink&) = delete;
  ~PgLink();

  /// Begins to connect.
  void start() { begin_round(); }
  /// Whether more may be sent. False while the connection drains before it is replaced.
  bool ready() const { return state_ == State::ready && !retired_; }
  /// Whether the last attempt to connect has failed.
  bool down() const { return down_; }
  /// The present step of connecting, for the operator; not why the last attempt failed.
  std::string_view doing() const;
  /// Why there is no connection, for the operator.
  Error not_serving() const;

  /// Sends a prepared statement; only while ready. A failure is reported later, by `lost`.
  template <const auto& declared, class... Params>
  void send(const Params&... params) {
    note(connection_->send<declared>(params...));
  }
  void send_sync() { note(connection_->send_sync()); }
  /// More than one segment is sent before the next flush.
  void gather() { connection_->gather(); }
  /// For callers that send directly, as db::PgWriteGroup does; they pass the result to `note`.
  db::PgConnection& connection() { return *connection_; }
  void note(const tl::expected<void, db::PgError>& sent);
  /// Passes what was sent to the kernel; from now on, silence of the server is a failure.
  void flush();
  /// The database has executed something: resets the backoff.
  void worked() { reconnect_.worked(); }
  /// Closes the connection and reconnects after a delay.
  void drop(db::PgError error);
  /// Replaces the connection without a delay, once what is under way has been answered.
  void retire(db::PgError why);
  /// Closes the connection and reconnects after a delay, since a statement that was checked no
  /// longer matches the schema: the next handshake reports the mismatch.
  void check_again(const db::PgError& mismatch);

 private:
  enum class State { waiting, resolving, connecting, handshaking, admitting, ready };
  /// A host of the URL, and the lookup of its name where it has one.
  struct Host {
    db::PgHost host;
    std::optional<db::NameLookup> lookup{};
  };

  void begin_round();
  void look_up();
  std::vector<db::PgHost> addresses();
  void connect();
  void fail_address(db::PgError error);
  void continue_connecting(db::PgConnection::Wants wants);
  void begin_handshake();
  void continue_handshake();
  void ask_admission();
  void become_ready();
  void leave_if_idle();
  ReadySockets::Callback unless_aborted(std::function<void()> callback);
  void wait_readable();
  void wait_writable();
  void on_readable();
  void take_input();
  void take_results();
  void watch();
  void check_silence();
  bool watch_socket();
  void unwatch_socket();
  void close();
  void lose(db::PgError error);
  void report_lost(db::PgError error);
  void limit(Clock::Duration time);

  LinkOwner owner_;
  PgLinkOptions options_;
  Events events_;
  Reconnect reconnect_;
  State state_ = State::waiting;
  bool down_ = false;
  std::uint64_t generation_ = 0;  // callbacks of an earlier one are ignored
  std::vector<Host> hosts_{};     // of this round
  Clock::TimePoint looked_up_since_{};
  std::vector<db::PgHost> addresses_{};       // of this round, in their order
  std::size_t address_ = 0;                   // the one that is tried; size(): none left
  std::optional<db::PgHost> begin_after_{};   // the last ready address, or the last round's first
  std::optional<db::PgError> round_error_{};  // reported where every address fails
  std::optional<db::PgConnection> connection_{};
  std::optional<db::PgHandshake> handshake_{};
  ReadySockets& sockets_;
  ReadySockets::Token socket_ = 0;  // of libpq
  std::optional<db::PgError> last_error_{};
  std::optional<db::PgError> retired_{};  // why
  LinkPermitRef permit_{};                // of the present connection
  std::optional<db::PgError> failed_to_send_{};
  Clock::TimePoint heard_{};  // when the server last sent anything, or was first asked
  bool migrating_ = false;    // a migration is being applied
  bool writing_ = false;      // waits for the socket to take more
  Timer timer_;               // of the attempt
  Ticker watch_;
  Timer send_failure_;  // reports it outside the call that failed
  Timer age_;
};

}  // namespace rollcall::actors
