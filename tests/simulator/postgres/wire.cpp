#include "tests/simulator/postgres/wire.hpp"

#include "db/postgres/client/parameters.hpp"

namespace rollcall::simulator {

namespace {

void append(std::string& bytes, std::int64_t value, std::size_t count) {
  for (std::size_t i = count; i-- > 0;) {
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> 8 * i & 0xff));
  }
}

constexpr std::int64_t text_oid = 25;

// Reads the head of an array, and returns how many elements follow.
std::int64_t begin_array(WireCursor& cursor, db::ValueType type) {
  const auto dimensions = cursor.integer(4);
  cursor.integer(4);  // whether there are nulls
  if (cursor.integer(4) != db::oid_of(type)) throw ProtocolError("an array of another type");
  if (dimensions == 0) return 0;
  const auto count = cursor.integer(4);
  cursor.integer(4);  // lower bound
  return count;
}

}  // namespace

std::optional<WireMessage> WireReader::next() {
  const std::size_t head = startup_ ? 4 : 5;
  if (bytes_.size() < head) return std::nullopt;
  const auto length = WireCursor(std::string_view(bytes_).substr(head - 4)).integer(4);
  if (length < 4) throw ProtocolError("a message that is shorter than its length");
  const auto whole = head - 4 + static_cast<std::size_t>(length);
  if (bytes_.size() < whole) return std::nullopt;
  WireMessage message{startup_ ? '\0' : bytes_.front(), bytes_.substr(head, whole - head)};
  bytes_.erase(0, whole);
  startup_ = false;
  return message;
}

std::int64_t WireCursor::integer(std::size_t count) {
  std::uint64_t value = 0;
  const auto raw = bytes(count);
  for (const char byte : raw) value = value << 8 | static_cast<unsigned char>(byte);
  const auto unused = 64 - 8 * count;
  return static_cast<std::int64_t>(value << unused) >> unused;  // with its sign
}

std::string_view WireCursor::bytes(std::size_t count) {
  if (rest_.size() < count) throw ProtocolError("a message that ends too early");
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::string_view WireCursor::text() {
  const auto end = rest_.find('\0');
  if (end == std::string_view::npos) throw ProtocolError("a text without its end");
  const auto taken = bytes(end);
  bytes(1);
  return taken;
}

std::string encoded(std::int64_t value) {
  std::string bytes;
  append(bytes, value, 8);
  return bytes;
}

std::int64_t decoded_integer(const WireValue& value) {
  if (!value) throw ProtocolError("NULL where a number is expected");
  return WireCursor(*value).integer(8);
}

std::vector<std::int64_t> decoded_integers(const WireValue& value) {
  if (!value) throw ProtocolError("NULL where numbers are expected");
  WireCursor cursor(*value);
  std::vector<std::int64_t> numbers;
  const auto count = begin_array(cursor, db::ValueType::integer);
  for (std::int64_t i = 0; i < count; ++i) {
    cursor.integer(4);  // length
    numbers.push_back(cursor.integer(8));
  }
  return numbers;
}

std::vector<WireValue> decoded_texts(const WireValue& value) {
  if (!value) throw ProtocolError("NULL where texts are expected");
  WireCursor cursor(*value);
  std::vector<WireValue> texts;
  const auto count = begin_array(cursor, db::ValueType::text);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto length = cursor.integer(4);
    auto& text = texts.emplace_back();
    if (length >= 0) text = cursor.bytes(static_cast<std::size_t>(length));
  }
  return texts;
}

void WireWriter::begin(char type) {
  out_.push_back(type);
  length_at_ = out_.size();
  append(out_, 0, 4);
}

void WireWriter::end() {
  std::string length;
  append(length, static_cast<std::int64_t>(out_.size() - length_at_), 4);
  out_.replace(length_at_, 4, length);
}

void WireWriter::integer(std::int64_t value, std::size_t bytes) { append(out_, value, bytes); }

void WireWriter::text(std::string_view value) {
  out_ += value;
  out_.push_back('\0');
}

void WireWriter::empty_message(char type) {
  begin(type);
  end();
}

void WireWriter::authentication_ok() {
  begin('R');
  integer(0, 4);
  end();
}

void WireWriter::parameter_status(std::string_view name, std::string_view value) {
  begin('S');
  text(name);
  text(value);
  end();
}

void WireWriter::backend_key_data(std::int32_t process, std::int32_t secret) {
  begin('K');
  integer(process, 4);
  integer(secret, 4);
  end();
}

void WireWriter::ready_for_query(char status) {
  begin('Z');
  out_.push_back(status);
  end();
}

void WireWriter::parameter_description(const db::StatementShape& shape) {
  begin('t');
  integer(static_cast<std::int64_t>(shape.parameters.size()), 2);
  for (const auto type : shape.parameters) integer(db::oid_of(type), 4);
  end();
}

void WireWriter::row_description(const db::StatementShape& shape, bool binary) {
  if (shape.columns.empty()) return empty_message('n');
  begin('T');
  integer(static_cast<std::int64_t>(shape.columns.size()), 2);
  for (const auto& column : shape.columns) {
    text(column.name);
    integer(column.nullable ? 0 : table_oid, 4);
    integer(column.nullable ? 0 : 1, 2);
    integer(db::oid_of(column.type), 4);
    integer(column.type == db::ValueType::integer ? 8 : -1, 2);
    integer(-1, 4);
    integer(binary ? 1 : 0, 2);
  }
  end();
}

void WireWriter::text_row_description(const std::vector<std::string>& names) {
  begin('T');
  integer(static_cast<std::int64_t>(names.size()), 2);
  for (const auto& name : names) {
    text(name);
    integer(0, 4);
    integer(0, 2);
    integer(text_oid, 4);
    integer(-1, 2);
    integer(-1, 4);
    integer(0, 2);
  }
  end();
}

void WireWriter::data_row(const WireRow& row) {
  begin('D');
  integer(static_cast<std::int64_t>(row.size()), 2);
  for (const auto& value : row) {
    integer(value ? static_cast<std::int64_t>(value->size()) : -1, 4);
    if (value) out_ += *value;
  }
  end();
}

void WireWriter::command_complete(std::string_view tag) {
  begin('C');
  text(tag);
  end();
}

void WireWriter::error(std::string_view severity, std::string_view sqlstate,
                       std::string_view message) {
  begin('E');
  for (const auto& [code, value] : {std::pair{'S', severity}, std::pair{'V', severity},
                                    std::pair{'C', sqlstate}, std::pair{'M', message}}) {
    out_.push_back(code);
    text(value);
  }
  out_.push_back('\0');
  end();
}

void WireWriter::notification(std::int32_t process, std::string_view channel,
                              std::string_view payload) {
  begin('A');
  integer(process, 4);
  text(channel);
  text(payload);
  end();
}

}  // namespace rollcall::simulator
