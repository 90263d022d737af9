#include "transfer/export.hpp"

#include <iostream>

#include <csv.h>
#include <nlohmann/json.hpp>

#include "config/exit_code.hpp"
#include "transfer/open_directory.hpp"
#include "transfer/readers/draft.hpp"

namespace rollcall::app {
namespace {

std::string ndjson_line(const User& user) {
  nlohmann::ordered_json line;
  line["id"] = user.id.value();
  line["name"] = user.name.value();
  line["email"] = user.email ? nlohmann::ordered_json(user.email->value()) : nullptr;
  line["version"] = user.version;
  line["created_at"] = to_rfc3339(user.created_at);
  line["updated_at"] = to_rfc3339(user.updated_at);
  return line.dump();
}

std::string ndjson_line(const db::UsedId& used) {
  nlohmann::ordered_json line;
  line[used.deleted ? "id" : "last_id"] = used.id.value();
  if (used.deleted) line["deleted"] = true;
  return line.dump();
}

std::string csv_value(const std::string& text) {
  std::string quoted(2 * text.size() + 2, '\0');  // at most: each byte a quote, and two around
  quoted.resize(csv_write(quoted.data(), quoted.size(), text.data(), text.size()));
  return quoted;
}

std::string csv_line(const User& user) {
  return std::to_string(user.id.value()) + ',' + csv_value(user.name.value()) + ',' +
         (user.email ? csv_value(user.email->value()) : "") + ',' + std::to_string(user.version) +
         ',' + to_rfc3339(user.created_at) + ',' + to_rfc3339(user.updated_at);
}

std::string csv_header() {
  std::string header;
  for (const std::string_view name : user_field_names) {
    if (!header.empty()) header += ',';
    header += name;
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

int run_export(const config::Settings& settings, ExportFormat format) {
  const auto exported =
      open_exporter(settings).and_then([&](const std::unique_ptr<db::Exporter>& exporter) {
        return export_users(*exporter, format, std::cout);
      });
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
