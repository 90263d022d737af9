// How a session executes statements and transactions.
#include <utility>

#include "tests/simulator/postgres/session.hpp"

namespace rollcall::simulator {

using std::chrono::milliseconds;

void Session::parse(WireCursor body) {
  const auto name = body.text();
  const auto& shape = shape_named(name);
  if (body.text() != shape.text) throw ProtocolError("another text of " + std::string(name));
  out_.parse_complete();
}

void Session::describe(WireCursor body) {
  const bool statement = body.bytes(1) == "S";
  const auto name = body.text();
  const auto& shape = statement ? shape_named(name) : *bound_.shape;
  if (statement) out_.parameter_description(shape);
  out_.row_description(shape, !statement);
}

void Session::bind(WireCursor body) {
  body.text();  // the unnamed portal
  bound_ = {&shape_named(body.text()), {}};
  for (auto formats = body.integer(2); formats > 0; --formats) {
    if (body.integer(2) != 1) throw ProtocolError("a parameter that is not binary");
  }
  for (auto values = body.integer(2); values > 0; --values) {
    const auto length = body.integer(4);
    if (length < 0) {
      bound_.parameters.emplace_back(std::nullopt);
    } else {
      bound_.parameters.emplace_back(body.bytes(static_cast<std::size_t>(length)));
    }
  }
  if (bound_.parameters.size() != bound_.shape->parameters.size()) {
    throw ProtocolError("another number of parameters than declared");
  }
  waited_ = false;
  out_.bind_complete();
}

void Session::execute() {
  const std::string_view name = bound_.shape->name;
  const std::string_view text = bound_.shape->text;
  scheduler_.trace.note([&] { return who() + std::string(name); });
  // The handshake is over: the node has reached this server.
  auto& successions = cluster_.truth().successions;
  if (server_ == cluster_.current() && !successions.empty()) {
    successions.back().arrived.try_emplace(node_, scheduler_.time.now());
  }
  constexpr std::string_view set_lock_timeout = "SET LOCAL lock_timeout = ";
  if (name == "commit") return commit();
  if (name == "roll_back") {
    end_transaction();
    return out_.command_complete("ROLLBACK");
  }
  if (name == "roll_back_one" && !savepoints_.empty()) {
    transaction_ = savepoints_.back();
    failed_ = false;
    return out_.command_complete("ROLLBACK");
  }
  if (failed_) return fail("25P02", "current transaction is aborted");
  if (name == "begin") {
    explicit_ = true;
    return out_.command_complete("BEGIN");
  }
  if (name == "save") {
    savepoints_.push_back(transaction_);
    return out_.command_complete("SAVEPOINT");
  }
  if (name == "release") {
    if (savepoints_.empty()) return fail("3B001", "savepoint does not exist");
    savepoints_.pop_back();
    return out_.command_complete("RELEASE");
  }
  if (text.starts_with(set_lock_timeout)) {
    local_lock_timeout_ =
        milliseconds{std::stoi(std::string(text.substr(set_lock_timeout.size())))};
    return out_.command_complete("SET");
  }
  if (name == "transaction_status") return finish(transaction_status());
  if (name == "wait_for_locks") {
    local_lock_timeout_ = milliseconds{std::stoi(bound_.parameters.at(0).value_or(""))};
    return finish({Executed::Outcome::done, {{bound_.parameters.at(0)}}, "SELECT 1", {}});
  }
  const auto lock_timeout = local_lock_timeout_.value_or(lock_timeout_);
  finish(executed(bound_, {server_->database, transaction_, number_, server_->read_only,
                           lock_timeout, waited_}));
  if (name == "lock_users" && !transaction_.passed_over.empty()) {
    scheduler_.trace.note([&] { return who() + "passes over what others have locked"; });
  }
  constexpr milliseconds shortened{5};
  if (name == "lock_users" && transaction_.number != 0) local_lock_timeout_ = shortened;
}

std::uint64_t Session::idle_transaction() const {
  return explicit_ && !busy_ && !waits_ && messages_.empty() ? transaction_.number : 0;
}

Executed Session::transaction_status() {
  const auto number = std::stoull(bound_.parameters.at(0).value_or("0"));
  const auto status = server_->database.status_of(number);
  if (!status) {
    return {Executed::Outcome::refused, {}, "transaction ID is in the future", "22023"};
  }
  WireValue ended;
  if (cluster_.end_idle(number, *server_)) ended = "true";
  return {Executed::Outcome::done, {{*status, ended}}, "SELECT 1", {}};
}

void Session::finish(const Executed& result) {
  switch (result.outcome) {
    case Executed::Outcome::done:
      for (const auto& row : result.rows) out_.data_row(row);
      return out_.command_complete(result.tag);
    case Executed::Outcome::refused:
      return fail(result.sqlstate, result.tag);
    case Executed::Outcome::blocked:
      waits_ = true;
      if (!std::exchange(waited_, true)) {
        const auto limit = local_lock_timeout_.value_or(lock_timeout_);
        scheduler_.time.after(limit, [self = shared_from_this(), wait = ++wait_] {
          if (self->wait_ != wait || !std::exchange(self->waits_, false)) return;
          self->fail("55P03", "canceling statement due to lock timeout");
          self->process();
        });
      }
  }
}

void Session::try_again() {
  if (!std::exchange(waits_, false)) return;
  execute();
  if (!waits_) ++wait_;
  process();
}

void Session::commit() {
  if (failed_ || !explicit_) {
    end_transaction();
    return out_.command_complete("ROLLBACK");
  }
  const bool writes = !transaction_.changed.empty();
  if (writes && scheduler_.random.chance(cluster_.rates.cut)) {
    return cut("before the commit");
  }
  if (!writes || !scheduler_.random.chance(cluster_.rates.late_commit)) return commit_now(true);
  busy_ = true;
  const auto delay = scheduler_.random.between(milliseconds{50}, latest_commit);
  scheduler_.trace.note([&] { return who() + "its commit will be late"; });
  scheduler_.time.after(delay, [self = shared_from_this()] {
    self->busy_ = false;
    if (self->server_->dead || self->doomed_) return;
    self->commit_now(!self->closed_);
    if (self->closed_) {
      self->cluster_.remove(*self);
    } else {
      self->process();
    }
  });
}

void Session::commit_now(bool answered) {
  scheduler_.trace.note([&] { return who() + "commits"; });
  server_->database.commit(transaction_);
  cluster_.committed(server_, transaction_);
  end_transaction(true);
  if (!answered) return;
  if (scheduler_.random.chance(cluster_.rates.cut)) return cut("after the commit");
  out_.command_complete("COMMIT");
}

void Session::end_transaction(bool committed) {
  server_->database.end_number(transaction_.number, committed);
  explicit_ = failed_ = false;
  transaction_ = {};
  savepoints_.clear();
  local_lock_timeout_.reset();
  server_->database.release(number_);
  cluster_.locks_released();
}

void Session::fail(const std::string& sqlstate, const std::string& message) {
  scheduler_.trace.note([&] { return who() + "refuses: " + message; });
  out_.error("ERROR", sqlstate, message);
  skipping_ = true;
  if (explicit_) failed_ = true;
}

// Outside BEGIN, the statements up to a sync are one transaction.
void Session::sync() {
  if (!explicit_) {
    const bool notified_itself = !skipping_ && !transaction_.notifications.empty();
    if (!skipping_) {
      listens_.insert(transaction_.listens.begin(), transaction_.listens.end());
      const auto committed = std::exchange(transaction_, {});
      server_->database.commit(committed);
      cluster_.committed(server_, committed);
    }
    end_transaction();
    if (notified_itself) drain_notifications();
  }
  skipping_ = false;
  out_.ready_for_query(failed_ ? 'E' : explicit_ ? 'T' : 'I');
  flush();
}

}  // namespace rollcall::simulator
