#include "tests/simulator/postgres/statements.hpp"

#include <algorithm>
#include <set>

#include "tests/simulator/postgres/answers.hpp"
#include "tests/simulator/postgres/columns.hpp"

namespace rollcall::simulator {

namespace {

namespace pg = db::sql::postgres;

Executed blocked() { return {Executed::Outcome::blocked, {}, {}, {}}; }
Executed done(std::string tag) { return {Executed::Outcome::done, {}, std::move(tag), {}}; }
Executed refused(std::string sqlstate, std::string message) {
  return {Executed::Outcome::refused, {}, std::move(message), std::move(sqlstate)};
}

Executed selected(const db::StatementShape& shape, const std::vector<const Row*>& rows) {
  Executed result;
  for (const Row* row : rows) {
    if (row != nullptr) result.rows.push_back(row_of(shape, *row));
  }
  result.tag = "SELECT " + std::to_string(result.rows.size());
  return result;
}

// Whether this row meets a precondition, by the rule of the SQL.
bool suits(const Row& row, const WireValue& one_of, const WireValue& none_of,
           const WireValue& latest) {
  const auto holds = [&](const WireValue& list) {
    const auto versions = decoded_integers(list);
    return std::find(versions.begin(), versions.end(), row.version) != versions.end();
  };
  return (!one_of || holds(one_of)) && (!none_of || !holds(none_of)) &&
         (!latest || row.updated_at <= decoded_integer(latest));
}

bool names(const db::StatementShape& shape, std::string_view column) {
  return std::any_of(shape.columns.begin(), shape.columns.end(),
                     [&](const auto& each) { return each.name == column; });
}

Executed lock_users(const Bound& bound, const Executor& by) {
  const auto given = decoded_integers(bound.parameters.at(0));
  const bool skips = names(*bound.shape, "passed_over");
  std::vector<const Row*> rows;
  std::string passed_over;
  for (const auto id : std::set<std::int64_t>(given.begin(), given.end())) {
    if (by.database.find(by.transaction, id) == nullptr) continue;
    if (by.database.lock(by.holder, id)) {
      rows.push_back(by.database.find(by.transaction, id));
    } else if (!skips) {
      return blocked();
    } else {
      by.transaction.passed_over.insert(id);
      passed_over += (passed_over.empty() ? "" : ",") + std::to_string(id);
    }
  }
  if (!skips) return selected(*bound.shape, rows);
  if (by.transaction.number == 0) by.transaction.number = by.database.begin_number();
  Executed result;
  result.tag = "SELECT 1";
  for (const auto& column : bound.shape->columns) {
    auto& row = result.rows.empty() ? result.rows.emplace_back() : result.rows.front();
    if (column.name == "transaction") {
      row.emplace_back(std::to_string(by.transaction.number));
    } else if (column.name == "lock_timeout") {
      row.emplace_back(std::to_string(by.lock_timeout.count()) + "ms");
    } else if (column.name == "shortened") {
      row.emplace_back("5ms");
    } else if (column.name == "logs") {
      row.emplace_back("statement");
    } else if (column.name == "passed_over") {
      row.emplace_back("{" + passed_over + "}");
    } else {
      throw ProtocolError("lock_users has no column " + std::string(column.name));
    }
  }
  return result;
}

constexpr std::size_t fields = db::column_count<db::FieldsRow>;

Executed add_user(const Bound& bound, const Executor& by) {
  Row row;
  set_columns<db::FieldsRow>(row, bound, 0);
  set_columns<db::RecordRow>(row, bound, fields);
  if (by.database.key_taken(by.transaction, row, 0)) {
    return done("INSERT 0 0");
  }
  if (!by.database.lock_keys(by.holder, row)) return blocked();
  row.id = by.database.next_id();
  Executed result{Executed::Outcome::done, {row_of(*bound.shape, row)}, "INSERT 0 1", {}};
  by.transaction.change(row.id, row);
  return result;
}

// The rows of add_users_in_order, without ids.
std::vector<Row> rows_given(const Bound& bound) {
  constexpr auto columns = db::shape_of<db::FieldsRow>();
  constexpr std::size_t first = db::column_count<db::RecordRow>;
  std::vector<Row> rows(decoded_texts(bound.parameters.at(first)).size());
  for (Row& row : rows) set_columns<db::RecordRow>(row, bound, 0);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& list = bound.parameters.at(first + i);
    if (columns[i].type == db::ValueType::integer) {
      const auto numbers = decoded_integers(list);
      for (std::size_t n = 0; n < rows.size(); ++n) {
        set_column(rows[n], columns[i].name, encoded(numbers.at(n)));
      }
    } else {
      const auto texts = decoded_texts(list);
      for (std::size_t n = 0; n < rows.size(); ++n) {
        set_column(rows[n], columns[i].name, texts.at(n));
      }
    }
  }
  return rows;
}

// Where it has to wait, it has added nobody: it runs again as a whole.
Executed add_users_in_order(const Bound& bound, const Executor& by) {
  const auto rows = rows_given(bound);
  for (const Row& row : rows) {
    const bool taken = by.database.key_taken(by.transaction, row, 0);
    if (!taken && !by.database.lock_keys(by.holder, row)) return blocked();
  }
  Executed result{Executed::Outcome::done, {}, {}, {}};
  for (Row row : rows) {
    if (by.database.key_taken(by.transaction, row, 0)) continue;
    row.id = by.database.next_id();
    result.rows.push_back(row_of(*bound.shape, row));
    by.transaction.change(row.id, row);
  }
  result.tag = "INSERT 0 " + std::to_string(result.rows.size());
  return result;
}

Executed change_user(const Bound& bound, const Executor& by) {
  const auto& given = bound.parameters;
  constexpr std::size_t rest = 1 + db::column_count<db::PatchRow>;  // behind the columns
  const auto id = decoded_integer(given.at(rest + 1));
  const Executed none = done("UPDATE 0");
  if (by.transaction.passed_over.count(id) > 0) return none;
  if (by.database.find(by.transaction, id) == nullptr) return none;
  if (!by.database.lock(by.holder, id)) return blocked();
  const Row row = *by.database.find(by.transaction, id);
  if (!suits(row, given.at(rest + 2), given.at(rest + 3), given.at(rest + 4))) return none;
  const auto& created_at = given.at(rest + 5);
  const auto& updated_at = given.at(rest + 6);
  if (created_at && row.created_at != decoded_integer(created_at)) return none;
  if (updated_at && row.updated_at != decoded_integer(updated_at)) return none;
  Row after = row;
  set_columns<db::PatchRow>(after, bound, 1, decoded_integer(given.at(0)));
  if (after == row) return none;
  Row keys;  // those that the patch gives
  set_columns<db::PatchRow>(keys, bound, 1, decoded_integer(given.at(0)) & ~db::bit_of("active"));
  if (by.database.key_taken(by.transaction, keys, id)) {
    // A statement that waited for the key had looked for it before the other transaction committed:
    // PostgreSQL then reports the duplicate.
    return by.waited ? refused("23505", "duplicate key value violates unique constraint") : none;
  }
  if (!by.database.lock_keys(by.holder, keys)) return blocked();
  ++after.version;
  after.updated_at = decoded_integer(given.at(rest));
  Executed result{Executed::Outcome::done, {row_of(*bound.shape, after)}, "UPDATE 1", {}};
  by.transaction.change(id, after);
  return result;
}

// The other users who have one of these keys.
Executed keys_taken(const Bound& bound, const Executor& by) {
  Row asked;
  set_columns<db::KeysRow>(asked, bound, 1);
  const auto id = decoded_integer(bound.parameters.at(0));
  const auto keys = keys_of(asked);
  const auto rows = by.database.all(by.transaction);
  std::vector<const Row*> found;
  for (const auto& [other, row] : rows) {
    const auto theirs = keys_of(row);
    const bool shared =
        std::find_first_of(keys.begin(), keys.end(), theirs.begin(), theirs.end()) != keys.end();
    if (shared && other != id) found.push_back(&row);
  }
  return selected(*bound.shape, found);
}

Executed remove_user(const Bound& bound, const Executor& by) {
  const auto& given = bound.parameters;
  const auto id = decoded_integer(given.at(0));
  const Executed none = done("DELETE 0");
  if (by.transaction.passed_over.count(id) > 0) return none;
  if (by.database.find(by.transaction, id) == nullptr) return none;
  if (!by.database.lock(by.holder, id)) return blocked();
  const Row& row = *by.database.find(by.transaction, id);
  if (!suits(row, given.at(1), given.at(2), given.at(3))) return none;
  Executed result{Executed::Outcome::done, {row_of(*bound.shape, row)}, "DELETE 1", {}};
  by.transaction.change(id, std::nullopt);
  return result;
}

Executed page_of_users(const Bound& bound, const Executor& by) {
  const auto after = decoded_integer(bound.parameters.at(0));
  const auto limit = decoded_integer(bound.parameters.at(1));
  const auto rows = by.database.all(by.transaction);
  std::vector<const Row*> page;
  for (auto row = rows.upper_bound(after); row != rows.end(); ++row) {
    if (std::ssize(page) == limit) break;
    page.push_back(&row->second);
  }
  return selected(*bound.shape, page);
}

// The text of the statement decides the payload. If the text changed and this simulation did not,
// the program could not parse the payload and would never cache anything: so another text is an
// error.
Executed notify(const std::string& channel, const std::string& payload, const Bound& bound,
                const Executor& by) {
  if (bound.shape->text != "SELECT pg_notify('" + channel + "', " + payload + ")::text AS sent") {
    throw ProtocolError("the simulated database does not know this text of " +
                        std::string(bound.shape->name) + ": " + std::string(bound.shape->text));
  }
  auto sent = bound.parameters.at(0).value_or("");
  if (payload != "$1") sent += ' ' + std::to_string(WireWriter::table_oid);
  by.transaction.notifications.push_back({channel, std::move(sent)});
  return {Executed::Outcome::done, {{std::string()}}, "SELECT 1", {}};
}

}  // namespace

const db::StatementShape& shape_named(std::string_view name) {
  for (const db::StatementShape& shape : pg::all) {
    if (shape.name == name) return shape;
  }
  throw ProtocolError("no statement is called " + std::string(name));
}

Executed executed(const Bound& bound, const Executor& by) {
  const std::string_view name = bound.shape->name;
  const bool writes = name == "lock_users" || name == "add_user" || name == "add_users_in_order" ||
                      name == "change_user" || name == "remove_user" || name == "lock_table" ||
                      name == "try_user" || name == "keep_answer";
  if (writes && by.read_only) {
    return refused("25006", "cannot execute this in a read-only transaction");
  }
  if (name == "find_users") {
    std::vector<const Row*> rows;
    const auto ids = decoded_integers(bound.parameters.at(0));
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {  // in any order
      rows.push_back(by.database.find(by.transaction, *id));
    }
    return selected(*bound.shape, rows);
  }
  if (name == "find_user") {
    const auto id = decoded_integer(bound.parameters.at(0));
    return selected(*bound.shape, {by.database.find(by.transaction, id)});
  }
  if (name == "probe") {
    const auto rows = by.database.all(by.transaction);
    return selected(*bound.shape, {rows.empty() ? nullptr : &rows.begin()->second});
  }
  if (name == "page_of_users") return page_of_users(bound, by);
  if (name == "lock_users") return lock_users(bound, by);
  if (name == "add_user") return add_user(bound, by);
  if (name == "add_users_in_order") return add_users_in_order(bound, by);
  if (name == "change_user") return change_user(bound, by);
  if (name == "keys_taken") return keys_taken(bound, by);
  if (name == "remove_user") return remove_user(bound, by);
  if (name == "lock_table") return done("LOCK TABLE");
  if (name == "check_at_once" || name == "log_at_commit") return done("SET CONSTRAINTS");
  if (auto executed = executed_on_answers(bound, by)) return *std::move(executed);
  if (name == "remove_changes") return done("DELETE 0");  // none is old
  if (name == "log_changes" || name == "confirm")
    return {Executed::Outcome::done, {{std::string()}}, "SELECT 1", {}};
  if (name == "try_user") return done("INSERT 0 1");  // undone in any case
  if (name == "notify") return notify("rollcall", "$1", bound, by);
  if (name == "notify_heartbeat") {
    return notify("rollcall_heartbeat",
                  "$1::text || ' ' || coalesce(to_regclass('users')::oid::text, 'none')", bound,
                  by);
  }
  constexpr std::string_view listen = "LISTEN ";
  const std::string_view text = bound.shape->text;
  if (text.starts_with(listen)) {
    by.transaction.listens.emplace(text.substr(listen.size()));
    return done("LISTEN");
  }
  throw ProtocolError("the simulated database can't execute " + std::string(name));
}

}  // namespace rollcall::simulator
