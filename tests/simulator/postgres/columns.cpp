#include "tests/simulator/postgres/columns.hpp"

#include <string>

namespace rollcall::simulator {

WireValue column_of(const Row& row, std::string_view name) {
  if (name == "id") return encoded(row.id);
  if (name == "name") return row.name;
  if (name == "email") return row.email;
  if (name == "email_key") return row.email_key;
  if (name == "username") return row.username;
  if (name == "username_key") return row.username_key;
  if (name == "external_id") return row.external_id;
  if (name == "active") return encoded(row.active);
  if (name == "attributes") return row.attributes;
  if (name == "version") return encoded(row.version);
  if (name == "created_at") return encoded(row.created_at);
  if (name == "updated_at") return encoded(row.updated_at);
  throw ProtocolError("the simulated database has no column " + std::string(name));
}

void set_column(Row& row, std::string_view name, const WireValue& value) {
  if (name == "name") {
    row.name = value.value_or("");
  } else if (name == "email") {
    row.email = value;
  } else if (name == "email_key") {
    row.email_key = value;
  } else if (name == "username") {
    row.username = value;
  } else if (name == "username_key") {
    row.username_key = value;
  } else if (name == "external_id") {
    row.external_id = value;
  } else if (name == "active") {
    row.active = decoded_integer(value);
  } else if (name == "attributes") {
    row.attributes = value.value_or("");
  } else if (name == "version") {
    row.version = decoded_integer(value);
  } else if (name == "created_at") {
    row.created_at = decoded_integer(value);
  } else if (name == "updated_at") {
    row.updated_at = decoded_integer(value);
  } else {
    throw ProtocolError("the simulated database has no column " + std::string(name));
  }
}

WireRow row_of(const db::StatementShape& shape, const Row& row) {
  WireRow values;
  for (const auto& column : shape.columns) values.push_back(column_of(row, column.name));
  return values;
}

}  // namespace rollcall::simulator
