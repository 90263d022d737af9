#include "tests/simulator/postgres/statements.hpp"

#include <algorithm>
#include <set>

namespace rollcall::simulator {

namespace {

namespace pg = db::sql::postgres;

Executed blocked() { return {Executed::Outcome::blocked, {}, {}, {}}; }
Executed refused(std::string sqlstate, std::string message) {
  return {Executed::Outcome::refused, {}, std::move(message), std::move(sqlstate)};
}

WireValue column_of(const Row& row, std::string_view name) {
  if (name == "id") return encoded(row.id);
  if (name == "name") return row.name;
  if (name == "email") return row.email;
  if (name == "version") return encoded(row.version);
  if (name == "created_at") return encoded(row.created_at);
  if (name == "updated_at") return encoded(row.updated_at);
  throw ProtocolError("the simulated database has no column " + std::string(name));
}

WireRow row_of(const db::StatementShape& shape, const Row& row) {
  WireRow values;
  for (const auto& column : shape.columns) values.push_back(column_of(row, column.name));
  return values;
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
    } else if (column.name == "passed_over") {
      row.emplace_back("{" + passed_over + "}");
    } else {
      throw ProtocolError("lock_users has no column " + std::string(column.name));
    }
  }
  return result;
}

Executed add_user(const Bound& bound, const Executor& by) {
  const auto& given = bound.parameters;
  Row row;
  row.name = given.at(0).value_or("");
  row.email = given.at(1);
  row.email_key = given.at(2);
  row.version = decoded_integer(given.at(3));
  row.created_at = decoded_integer(given.at(4));
  row.updated_at = decoded_integer(given.at(5));
  if (row.email_key) {
    if (by.database.key_taken(by.transaction, *row.email_key, 0)) {
      return {Executed::Outcome::done, {}, "INSERT 0 0", {}};
    }
    if (!by.database.lock_key(by.holder, *row.email_key)) return blocked();
  }
  row.id = by.database.next_id();
  Executed result{Executed::Outcome::done, {row_of(*bound.shape, row)}, "INSERT 0 1", {}};
  by.transaction.change(row.id, row);
  return result;
}

// Where it has to wait, it has added nobody: it runs again as a whole.
Executed add_users_in_order(const Bound& bound, const Executor& by) {
  const auto& given = bound.parameters;
  const auto names = decoded_texts(given.at(3));
  const auto emails = decoded_texts(given.at(4));
  const auto keys = decoded_texts(given.at(5));
  std::set<std::string> taken;
  for (const auto& key : keys) {
    if (!key) continue;
    if (by.database.key_taken(by.transaction, *key, 0)) {
      taken.insert(*key);
    } else if (!by.database.lock_key(by.holder, *key)) {
      return blocked();
    }
  }
  Executed result{Executed::Outcome::done, {}, {}, {}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (keys[i] && !taken.insert(*keys[i]).second) continue;
    Row row;
    row.id = by.database.next_id();
    row.name = names[i].value_or("");
    row.email = emails[i];
    row.email_key = keys[i];
    row.version = decoded_integer(given.at(0));
    row.created_at = decoded_integer(given.at(1));
    row.updated_at = decoded_integer(given.at(2));
    result.rows.push_back(row_of(*bound.shape, row));
    by.transaction.change(row.id, row);
  }
  result.tag = "INSERT 0 " + std::to_string(result.rows.size());
  return result;
}

Executed change_user(const Bound& bound, const Executor& by) {
  const auto& given = bound.parameters;
  enum Given : std::int64_t { name = 1, email = 2, email_key = 4 };  // bits of the first parameter
  const auto bits = decoded_integer(given.at(0));
  const auto id = decoded_integer(given.at(5));
  const Executed none{Executed::Outcome::done, {}, "UPDATE 0", {}};
  if (by.transaction.passed_over.count(id) > 0) return none;
  if (by.database.find(by.transaction, id) == nullptr) return none;
  if (!by.database.lock(by.holder, id)) return blocked();
  Row row = *by.database.find(by.transaction, id);
  if (!suits(row, given.at(6), given.at(7), given.at(8))) return none;
  if (given.at(9) && row.created_at != decoded_integer(given.at(9))) return none;
  if (given.at(10) && row.updated_at != decoded_integer(given.at(10))) return none;
  const auto& key = given.at(3);
  Row after = row;
  if ((bits & Given::name) != 0) after.name = given.at(1).value_or("");
  if ((bits & Given::email) != 0) after.email = given.at(2);
  if ((bits & Given::email_key) != 0) after.email_key = key;
  if (after.name == row.name && after.email == row.email && after.email_key == row.email_key) {
    return none;
  }
  if (key && by.database.key_taken(by.transaction, *key, id)) {
    // A statement that waited for the key had looked for it before the other transaction committed:
    // PostgreSQL then reports the duplicate.
    return by.waited ? refused("23505", "duplicate key value violates unique constraint") : none;
  }
  if (key && row.email_key != key && !by.database.lock_key(by.holder, *key)) return blocked();
  row = after;
  ++row.version;
  row.updated_at = decoded_integer(given.at(4));
  Executed result{Executed::Outcome::done, {row_of(*bound.shape, row)}, "UPDATE 1", {}};
  by.transaction.change(id, row);
  return result;
}

Executed remove_user(const Bound& bound, const Executor& by) {
  const auto& given = bound.parameters;
  const auto id = decoded_integer(given.at(0));
  const Executed none{Executed::Outcome::done, {}, "DELETE 0", {}};
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
  const db::StatementShape* found = nullptr;
  const auto look = [&](const auto& shapes) {
    for (const auto& shape : shapes) {
      if (shape.name == name) found = &shape;
    }
  };
  look(pg::for_reading);
  look(pg::for_writing);
  look(pg::for_listening);
  look(pg::all);
  if (found == nullptr) throw ProtocolError("no statement is called " + std::string(name));
  return *found;
}

Executed executed(const Bound& bound, const Executor& by) {
  const std::string_view name = bound.shape->name;
  const bool writes = name == "lock_users" || name == "add_user" || name == "add_users_in_order" ||
                      name == "change_user" || name == "remove_user" || name == "lock_table" ||
                      name == "try_user";
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
  if (name == "remove_user") return remove_user(bound, by);
  if (name == "lock_table") return {Executed::Outcome::done, {}, "LOCK TABLE", {}};
  if (name == "check_at_once") return {Executed::Outcome::done, {}, "SET CONSTRAINTS", {}};
  if (name == "try_user")
    return {Executed::Outcome::done, {}, "INSERT 0 1", {}};  // undone in any case
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
    return {Executed::Outcome::done, {}, "LISTEN", {}};
  }
  throw ProtocolError("the simulated database can't execute " + std::string(name));
}

}  // namespace rollcall::simulator
