// PostgreSQL's frontend/backend protocol, version 3, as a server reads and writes it
// (postgresql.org/docs, "Message Formats").
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/statement.hpp"

namespace rollcall::simulator {

/// A client broke the protocol, or used something that the simulated server does not support.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One message of a client. The startup message has no type: '\0' here.
struct WireMessage {
  char type;
  std::string body;
};

/// Cuts a stream of bytes into messages.
class WireReader {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  /// The next whole message; nothing where none has arrived.
  std::optional<WireMessage> next();
  /// After encryption was refused: the next message is a startup message, without a type.
  void expect_startup() { startup_ = true; }

 private:
  std::string bytes_{};
  bool startup_ = true;
};

/// Reads the fields of a message; throws ProtocolError where it is too short.
class WireCursor {
 public:
  explicit WireCursor(std::string_view body) : rest_(body) {}

  std::int64_t integer(std::size_t bytes);
  std::string_view bytes(std::size_t count);
  std::string_view text();  // up to a NUL
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// A value of a parameter or column in binary; nothing: NULL.
using WireValue = std::optional<std::string>;
using WireRow = std::vector<WireValue>;

std::string encoded(std::int64_t value);
std::int64_t decoded_integer(const WireValue& value);
std::vector<std::int64_t> decoded_integers(const WireValue& value);
std::vector<WireValue> decoded_texts(const WireValue& value);

/// Collects messages of a server.
class WireWriter {
 public:
  /// Removes and returns what was written.
  std::string take() { return std::exchange(out_, {}); }
  bool empty() const { return out_.empty(); }

  void authentication_ok();
  void parameter_status(std::string_view name, std::string_view value);
  void backend_key_data(std::int32_t process, std::int32_t secret);
  /// `status`: 'I' idle, 'T' in a transaction, 'E' in one that failed.
  void ready_for_query(char status);
  void parse_complete() { empty_message('1'); }
  void bind_complete() { empty_message('2'); }
  void parameter_description(const db::StatementShape& shape);
  /// NoData where the statement returns no rows.
  void row_description(const db::StatementShape& shape, bool binary);
  /// The same for the result of a simple query: all columns are text.
  void text_row_description(const std::vector<std::string>& names);
  void data_row(const WireRow& row);
  void command_complete(std::string_view tag);
  void error(std::string_view severity, std::string_view sqlstate, std::string_view message);
  void notification(std::int32_t process, std::string_view channel, std::string_view payload);

  /// The table that each NOT NULL column is reported to come from. In the simulated catalog this
  /// table has one column, which is NOT NULL.
  static constexpr std::int32_t table_oid = 16'384;

 private:
  void empty_message(char type);
  void begin(char type);
  void end();
  void integer(std::int64_t value, std::size_t bytes);
  void text(std::string_view value);

  std::string out_{};
  std::size_t length_at_ = 0;
};

}  // namespace rollcall::simulator
