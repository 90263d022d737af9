#include "app/export.hpp"

#include <iostream>

#include <csv.h>
#include <nlohmann/json.hpp>

#include "app/exit_code.hpp"
#include "app/open_directory.hpp"
#include "app/readers_draft.hpp"

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

tl::expected<std::int64_t, std::string> export_users(db::Exporter& exporter, ExportFormat format,
                                                     std::ostream& out) {
  const bool csv = format == ExportFormat::csv;
  if (csv) out << csv_header() << '\n';
  for (std::int64_t count = 0;; ++count) {
    const auto user = exporter.next();
    if (!user) return tl::unexpected{user.error()};
    if (*user) out << (csv ? csv_line(**user) : ndjson_line(**user)) << '\n';
    if (!*user) out.flush();
    if (!out) return tl::unexpected{std::string{"the output can't be written"}};
    if (!*user) return count;
  }
}

int run_export(const config::Settings& settings, ExportFormat format) {
  const auto exported =
      open_exporter(settings).and_then([&](const std::unique_ptr<db::Exporter>& exporter) {
        return export_users(*exporter, format, std::cout);
      });
  if (exported) return exit_done;
  std::cerr << exported.error() << '\n';
  return exit_failure;
}

}  // namespace rollcall::app
