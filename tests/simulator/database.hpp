// The data of one simulated PostgreSQL server: committed rows, transactions, locks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::simulator {

struct Row {
  std::int64_t id = 0;
  std::string name{};
  std::optional<std::string> email{};
  std::optional<std::string> email_key{};
  std::int64_t version = 0;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
};
using Rows = std::map<std::int64_t, Row>;

/// What a transaction has changed and not yet committed. Statements see committed rows and this
/// (READ COMMITTED: each statement its own snapshot).
struct Transaction {
  std::map<std::int64_t, std::optional<Row>> changed{};  // nothing: deleted
  std::vector<std::string> notices{};                    // payloads, sent at commit
  bool listens = false;                                  // LISTEN takes effect at commit
};

/// Whoever holds locks: a session of the server.
using Holder = std::uint64_t;

/// One server's users. It outlives its sessions.
class Database {
 public:
  /// `committed` hears of each row that a commit changes; nothing: it was deleted.
  using Committed = std::function<void(std::int64_t, const std::optional<Row>&)>;

  explicit Database(Committed committed) : committed_(std::move(committed)) {}

  /// The row as the transaction sees it; null where there is none.
  const Row* find(const Transaction& transaction, std::int64_t id) const;
  /// All rows that the transaction sees, by id.
  Rows all(const Transaction& transaction) const;
  /// Whether another user than `id` has the key, as the transaction sees it.
  bool key_taken(const Transaction& transaction, const std::string& key, std::int64_t id) const;
  std::int64_t next_id() { return next_id_++; }

  /// Takes the lock of a row, or of an e-mail's key; false where another holds it.
  bool lock(Holder holder, std::int64_t id);
  bool lock_key(Holder holder, const std::string& key);
  void release(Holder holder);
  void release_all();

  /// The transaction's changes become everyone's.
  void commit(const Transaction& transaction);

  /// What another server is that has the same data, but for the last `lost` commits. `undone` hears
  /// of each row that it has in another state.
  Database successor(std::size_t lost, Committed committed, const Committed& undone) const;
  std::size_t commits() const { return history_.size(); }
  const Rows& rows() const { return rows_; }

 private:
  using Undo = std::map<std::int64_t, std::optional<Row>>;  // the rows before a commit

  Committed committed_;
  Rows rows_{};
  std::int64_t next_id_ = 1;
  std::map<std::int64_t, Holder> locks_{};
  std::map<std::string, Holder> key_locks_{};
  std::vector<Undo> history_{};
};

}  // namespace rollcall::simulator
