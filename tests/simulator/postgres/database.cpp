#include "tests/simulator/postgres/database.hpp"

#include <algorithm>

namespace rollcall::simulator {

namespace {

// PostgreSQL logs 32 values of a sequence ahead. A standby that becomes the primary continues after
// them, and so gives no value that the old primary may have given.
constexpr std::int64_t ids_logged_ahead = 32;

}  // namespace

const Row* Database::find(const Transaction& transaction, std::int64_t id) const {
  if (const auto own = transaction.changed.find(id); own != transaction.changed.end()) {
    return own->second ? &*own->second : nullptr;
  }
  const auto found = rows_.find(id);
  return found != rows_.end() ? &found->second : nullptr;
}

Rows Database::all(const Transaction& transaction) const {
  Rows rows = rows_;
  for (const auto& [id, row] : transaction.changed) {
    if (row) {
      rows[id] = *row;
    } else {
      rows.erase(id);
    }
  }
  return rows;
}

std::vector<std::string> keys_of(const Row& row) {
  std::vector<std::string> keys;
  if (row.email_key) keys.push_back("e" + *row.email_key);
  if (row.username_key) keys.push_back("u" + *row.username_key);
  if (row.external_id) keys.push_back("x" + *row.external_id);
  return keys;
}

bool Database::key_taken(const Transaction& transaction, const Row& row, std::int64_t id) const {
  const auto keys = keys_of(row);
  const auto rows = all(transaction);
  return std::any_of(rows.begin(), rows.end(), [&](const auto& each) {
    const auto theirs = keys_of(each.second);
    return each.first != id &&
           std::find_first_of(keys.begin(), keys.end(), theirs.begin(), theirs.end()) != keys.end();
  });
}

bool Database::lock(Holder holder, std::int64_t id) {
  return locks_.emplace(id, holder).first->second == holder;
}

bool Database::lock_keys(Holder holder, const Row& row) {
  const auto keys = keys_of(row);
  return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return key_locks_.emplace(key, holder).first->second == holder;
  });
}

void Database::release(Holder holder) {
  const auto held = [&](const auto& lock) { return lock.second == holder; };
  std::erase_if(locks_, held);
  std::erase_if(key_locks_, held);
  std::erase_if(claims_, held);
}

bool Database::claim(Holder holder, const AnswerKey& key) {
  return claims_.emplace(key, holder).first->second == holder;
}

const Answer* Database::answer(const AnswerKey& key) const {
  const auto found = answers_.find(key);
  return found != answers_.end() ? &found->second : nullptr;
}

void Database::release_all() {
  locks_.clear();
  key_locks_.clear();
  claims_.clear();
  running_.clear();
}

void Database::commit(const Transaction& transaction) {
  if (transaction.changed.empty()) return;
  Undo undo{.number = transaction.number};
  for (const auto& [id, row] : transaction.changed) {
    const auto found = rows_.find(id);
    undo.rows[id] = found != rows_.end() ? std::optional(found->second) : std::nullopt;
    if (row) {
      rows_[id] = *row;
    } else {
      rows_.erase(id);
    }
  }
  for (const auto& [key, answer] : transaction.kept) {
    answers_[key] = answer;
    undo.kept.push_back(key);
  }
  for (const auto& [id, row] : transaction.steps) committed_(id, row);
  history_.push_back(std::move(undo));
}

void Database::end_number(std::uint64_t number, bool committed) {
  if (running_.erase(number) > 0 && committed) committed_numbers_.insert(number);
}

std::optional<std::string> Database::status_of(std::uint64_t number) const {
  if (number >= next_transaction_) return std::nullopt;
  if (running_.count(number) > 0) return "in progress";
  return committed_numbers_.count(number) > 0 ? "committed" : "aborted";
}

// A successor that lacks the last commits gives their transaction numbers again.
Database Database::successor(std::size_t lost, Committed committed, const Committed& undone) const {
  Database next(std::move(committed));
  next.rows_ = rows_;
  next.answers_ = answers_;
  next.next_id_ = next_id_ + (lost > 0 ? ids_logged_ahead : 0);
  next.history_ = history_;
  next.next_transaction_ = next_transaction_;
  next.committed_numbers_ = committed_numbers_;
  std::map<std::int64_t, std::optional<Row>> before;  // the oldest is written last, and so kept
  for (; lost > 0 && !next.history_.empty(); --lost) {
    const auto& undo = next.history_.back();
    for (const auto& [id, row] : undo.rows) {
      before[id] = row;
      if (row) {
        next.rows_[id] = *row;
      } else {
        next.rows_.erase(id);
      }
    }
    for (const auto& key : undo.kept) next.answers_.erase(key);
    if (undo.number != 0) {
      next.next_transaction_ = std::min(next.next_transaction_, undo.number);
      next.committed_numbers_.erase(undo.number);
    }
    next.history_.pop_back();
  }
  for (const auto& [id, row] : before) undone(id, row);
  return next;
}

}  // namespace rollcall::simulator
