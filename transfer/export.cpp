#include "transfer/export.hpp"

#include <iostream>

#include <csv.h>
#include <nlohmann/json.hpp>

#include "config/exit_code.hpp"
#include "domain/user_fields.hpp"

namespace rollcall::app {
namespace {

using Json = nlohmann::ordered_json;

std::string json_of(std::int64_t number) { return std::to_string(number); }
std::string json_of(bool value) { return value ? "true" : "false"; }
std::string json_of(UserId id) { return json_of(id.value()); }
std::string json_of(Timestamp at) { return Json(to_rfc3339(at)).dump(); }
// The text as it is: a parser would change its numbers.
std::string json_of(const Attributes& attributes) { return attributes.value(); }
template <class Text>
std::string json_of(const Text& text) {
  return Json(text.value()).dump();
}
template <class Text>
std::string json_of(const std::optional<Text>& value) {
  return value ? json_of(*value) : "null";
}

std::string ndjson_line(const User& user) {
  std::string line;
  const auto add = [&](const auto& field) {
    line += line.empty() ? "{\"" : ",\"";
    (line += field.name) += "\":";
    line += json_of(user.*field.member);
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, user_fields);
  return line + '}';
}

std::string ndjson_line(const db::UsedId& used) {
  Json line;
  line[used.deleted ? "id" : "last_id"] = used.id.value();
  if (used.deleted) line["deleted"] = true;
  return line.dump();
}

std::string csv_value(const std::string& text) {
  std::string quoted(2 * text.size() + 2, '\0');  // at most: each byte a quote, and two around
  quoted.resize(csv_write(quoted.data(), quoted.size(), text.data(), text.size()));
  return quoted;
}

std::string csv_of(std::int64_t number) { return std::to_string(number); }
std::string csv_of(bool value) { return value ? "true" : "false"; }
std::string csv_of(UserId id) { return csv_of(id.value()); }
std::string csv_of(Timestamp at) { return to_rfc3339(at); }
template <class Text>
std::string csv_of(const Text& text) {
  return csv_value(text.value());
}
template <class Text>
std::string csv_of(const std::optional<Text>& value) {
  return value ? csv_of(*value) : std::string();
}

std::string csv_line(const User& user) {
  std::string line;
  const auto add = [&](const auto& field) {
    if (!line.empty()) line += ',';
    line += csv_of(user.*field.member);
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, user_fields);
  return line;
}

std::string csv_header() {
  std::string header;
  for (const FieldInfo& field : field_infos) {
    if (!header.empty()) header += ',';
    header += field.name;
  }
  return header;
}

}  // namespace

tl::expected<Exported, std::string> export_users(db::Exporter& exporter, ExportFormat format,
                                                 std::ostream& out) {
  const bool csv = format == ExportFormat::csv;
  const tl::unexpected<std::string> unwritten{"the output can't be written"};
  Exported exported;
  if (csv) out << csv_header() << '\n';
  while (true) {
    const auto user = exporter.next();
    if (!user) return tl::unexpected{user.error()};
    if (!*user) break;
    out << (csv ? csv_line(**user) : ndjson_line(**user)) << '\n';
    if (!out) return unwritten;
    ++exported.users;
  }
  while (true) {
    const auto used = exporter.next_used_id();
    if (!used) return tl::unexpected{used.error()};
    if (!*used) break;
    if (!csv) out << ndjson_line(**used) << '\n';
    if (!out) return unwritten;
    ++exported.used_ids;
  }
  out.flush();
  if (!out) return unwritten;
  return exported;
}

int run_export(const tl::expected<std::unique_ptr<db::Exporter>, std::string>& exporter,
               ExportFormat format) {
  const auto exported = exporter.and_then(
      [&](const auto& opened) { return export_users(*opened, format, std::cout); });
  if (!exported) {
    std::cerr << exported.error() << '\n';
    return exit_failure;
  }
  if (format == ExportFormat::csv && exported->used_ids > 0) {
    std::cerr << "warning: CSV has no place for the ids of deleted users: a directory made of this "
                 "file may give them again. NDJSON carries them.\n";
  }
  return exit_done;
}

}  // namespace rollcall::app
