// The simple queries of a session, which are those of a connection's handshake.
#include <vector>

#include "db/migrations.hpp"
#include "tests/simulator/postgres/session.hpp"

namespace rollcall::simulator {

namespace {

// Splits a text at each separator outside parentheses and quotes.
std::vector<std::string> cut_at(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (!quoted && c == ')') --depth;
    if (c == separator && !quoted && depth == 0) {
      parts.emplace_back();
    } else if (!parts.back().empty() || c != ' ') {
      parts.back() += c;
    }
  }
  return parts;
}

// The value of a column of a handshake's query, by words in its expression.
std::string value_of(const std::string& expression, const Server& server) {
  const auto asks = [&](const char* word) { return expression.find(word) != std::string::npos; };
  if (asks("has_function_privilege")) return "t";
  if (asks("server_version_num")) return "150000";
  if (asks("to_regclass")) return "t";
  if (asks("system_identifier")) return std::to_string(server.system_identifier);
  if (asks("pg_walfile_name") || asks("timeline")) return std::to_string(server.timeline);
  if (asks("pg_postmaster_start_time")) {
    return std::to_string(server.started.time_since_epoch().count());
  }
  if (asks("transaction_read_only')::bool")) return server.read_only ? "t" : "f";
  if (asks("transaction_read_only")) return server.read_only ? "on" : "off";
  if (asks("pg_is_in_recovery")) return "f";
  if (expression == "''") return "";
  throw ProtocolError("the simulated server can't say " + expression);
}

}  // namespace

void Session::run_script(const std::string& sql) {
  for (const auto& statement : cut_at(sql, ';')) {
    if (statement.starts_with("SET ")) {
      constexpr std::string_view lock_timeout = "SET lock_timeout = ";
      if (statement.starts_with(lock_timeout)) {
        lock_timeout_ = std::chrono::milliseconds{std::stoi(statement.substr(lock_timeout.size()))};
      }
      out_.command_complete("SET");
    } else if (statement.find("pg_attribute") != std::string::npos) {
      // One column, which is NOT NULL: see WireWriter::row_description.
      out_.text_row_description({"attrelid", "attnum", "attnotnull"});
      out_.data_row({std::to_string(WireWriter::table_oid), "1", "t"});
      out_.command_complete("SELECT 1");
    } else if (statement.find("FROM schema_migrations") != std::string::npos) {
      out_.text_row_description({"version", "oldest_compatible"});
      for (const auto& migration : db::migrations()) {
        out_.data_row(
            {std::to_string(migration.version), std::to_string(migration.oldest_compatible)});
      }
      out_.command_complete("SELECT " + std::to_string(db::migrations().size()));
    } else if (statement.starts_with("SELECT ")) {
      const auto expressions = cut_at(statement.substr(7), ',');
      WireRow row;
      for (const auto& expression : expressions) row.emplace_back(value_of(expression, *server_));
      out_.text_row_description(std::vector<std::string>(row.size(), "value"));
      out_.data_row(row);
      out_.command_complete("SELECT 1");
    } else {
      throw ProtocolError("the simulated server does not understand " + statement);
    }
  }
  out_.ready_for_query('I');
  flush();
}

}  // namespace rollcall::simulator
