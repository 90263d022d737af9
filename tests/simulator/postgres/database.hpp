// The data of one simulated PostgreSQL server: committed rows, transactions, locks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::simulator {

struct Row {
  std::int64_t id = 0;
  std::string name{};
  std::optional<std::string> email{};
  std::optional<std::string> email_key{};
  std::optional<std::string> username{};
  std::optional<std::string> username_key{};
  std::optional<std::string> external_id{};
  std::int64_t active = 1;
  std::string attributes = "{}";
  std::int64_t version = 0;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;

  bool operator==(const Row&) const = default;
};
using Rows = std::map<std::int64_t, Row>;

/// The values of the unique columns, each behind a letter for its column; those that are not null.
std::vector<std::string> keys_of(const Row& row);

/// A NOTIFY.
struct Notification {
  std::string channel;
  std::string payload;
};

/// A kept answer, and where it is kept: by caller and key.
struct Answer {
  std::int64_t expires_at = 0;
  std::vector<std::optional<std::string>> columns{};  // of db::AnswerRow
};
using AnswerKey = std::pair<std::string, std::string>;

/// The uncommitted changes of a transaction. Its statements see committed rows with these changes
/// (READ COMMITTED: each statement has its own snapshot).
struct Transaction {
  std::map<std::int64_t, std::optional<Row>> changed{};  // nothing: deleted
  std::vector<std::pair<std::int64_t, std::optional<Row>>>
      steps{};  // the same, one after the other
  std::map<AnswerKey, Answer> kept{};
  std::vector<Notification> notifications{};  // sent at commit
  std::set<std::string> listens{};            // channels; LISTEN takes effect at commit
  std::set<std::int64_t> passed_over{};       // rows that others had locked: skipped
  std::uint64_t number = 0;                   // pg_current_xact_id(); 0: none assigned

  void change(std::int64_t id, std::optional<Row> row) {
    steps.emplace_back(id, row);
    changed[id] = std::move(row);
  }
};

/// The holder of locks: a session of the server.
using Holder = std::uint64_t;

/// One server's users. It outlives its sessions.
class Database {
 public:
  /// `committed` is called for each row that a commit changes, with nothing for a deleted row.
  using Committed = std::function<void(std::int64_t, const std::optional<Row>&)>;

  explicit Database(Committed committed) : committed_(std::move(committed)) {}

  /// The row as the transaction sees it; null where there is none.
  const Row* find(const Transaction& transaction, std::int64_t id) const;
  /// All rows that the transaction sees, by id.
  Rows all(const Transaction& transaction) const;
  /// Whether another user than `id` has one of the row's keys, as the transaction sees it.
  bool key_taken(const Transaction& transaction, const Row& row, std::int64_t id) const;
  std::int64_t next_id() { return next_id_++; }

  /// Takes the lock of a row, or of the keys of a row; false where another holds it.
  bool lock(Holder holder, std::int64_t id);
  bool lock_keys(Holder holder, const Row& row);
  /// Takes the advisory lock of a key; false where another holds it.
  bool claim(Holder holder, const AnswerKey& key);
  /// The committed answer; null where there is none.
  const Answer* answer(const AnswerKey& key) const;
  void release(Holder holder);
  void release_all();

  /// Makes the changes of the transaction visible to all.
  void commit(const Transaction& transaction);

  /// pg_current_xact_id().
  std::uint64_t begin_number() {
    running_.insert(next_transaction_);
    return next_transaction_++;
  }
  /// The transaction with this number has ended.
  void end_number(std::uint64_t number, bool committed);
  /// pg_xact_status(): "in progress", "committed", "aborted"; nothing where it is in the future.
  std::optional<std::string> status_of(std::uint64_t number) const;

  /// The database of another server, which has the same data without the last `lost` commits.
  /// `undone` is called for each row that it has in another state.
  Database successor(std::size_t lost, Committed committed, const Committed& undone) const;
  std::size_t commits() const { return history_.size(); }
  const Rows& rows() const { return rows_; }

 private:
  struct Undo {
    std::map<std::int64_t, std::optional<Row>> rows{};  // before the commit
    std::vector<AnswerKey> kept{};                      // none expires
    std::uint64_t number = 0;                           // of the transaction
  };

  Committed committed_;
  Rows rows_{};
  std::int64_t next_id_ = 1;
  std::map<std::int64_t, Holder> locks_{};
  std::map<std::string, Holder> key_locks_{};
  std::map<AnswerKey, Answer> answers_{};
  std::map<AnswerKey, Holder> claims_{};
  std::vector<Undo> history_{};
  std::uint64_t next_transaction_ = 700;
  std::set<std::uint64_t> running_{};
  std::set<std::uint64_t> committed_numbers_{};
};

}  // namespace rollcall::simulator
