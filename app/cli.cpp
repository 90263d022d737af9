#include "app/cli.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <libpq-fe.h>
#include <spdlog/fmt/fmt.h>
#include <sqlite3.h>
#include <CLI/CLI.hpp>
#include <caf/config.hpp>
#include <restinio/version.hpp>

#include "app/doctor.hpp"
#include "app/engines.hpp"
#include "app/invalidate.hpp"
#include "app/logging.hpp"
#include "app/migrate.hpp"
#include "config/database_url.hpp"
#include "config/exit_code.hpp"
#include "config/keys.hpp"
#include "config/listeners.hpp"
#include "config/loader.hpp"
#include "db/postgres/client/url_check.hpp"
#include "domain/user_fields.hpp"
#include "http/server/connections.hpp"
#include "transfer/export.hpp"
#include "transfer/import.hpp"

namespace rollcall::app {
namespace {

/// What was given on the command line. --config and --set may stand before the subcommand too.
struct Arguments {
  std::optional<std::string> outer_file{};
  std::optional<std::string> file{};
  std::vector<std::string> outer_sets{};
  std::vector<std::string> sets{};
  bool insecure = false;
  bool dry_run = false;
  std::string import_file{};
  std::string import_format{};
  bool strict = false;
  bool again = false;
  std::string export_format = "ndjson";
  std::vector<std::string> ids{};
};

void add_sources(CLI::App& app, std::optional<std::string>& file, std::vector<std::string>& sets) {
  app.add_option("-c,--config", file, "Settings file (TOML); the defaults are in rollcall.toml")
      ->type_name("FILE")
      ->group("Settings");
  app.add_option("-s,--set", sets, "One setting, over file and environment; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->take_all()
      ->group("Settings");
}

std::optional<std::string> environment(const char* name) {
  // No thread of this process changes the environment, so a reload may read it too.
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value ? std::optional<std::string>{value} : std::nullopt;
}

tl::expected<config::Settings, std::vector<std::string>> read_settings(const Arguments& arguments) {
  config::Sources sources{arguments.file ? arguments.file : arguments.outer_file,
                          arguments.outer_sets, environment, db::pg_url_error};
  sources.sets.insert(sources.sets.end(), arguments.sets.begin(), arguments.sets.end());
  return config::load(sources);
}

/// The settings in effect; after errors, which go to stderr, nothing.
std::optional<config::Settings> load_settings(const Arguments& arguments) {
  auto settings = read_settings(arguments);
  if (settings) return *std::move(settings);
  for (const std::string& error : settings.error()) std::cerr << error << '\n';
  return std::nullopt;
}

int run_serve(const config::Settings& settings, const Arguments& arguments, const Serve& serve) {
  const auto errors = config::binding_errors(settings, arguments.insecure);
  for (const std::string& error : errors) std::cerr << error << '\n';
  if (!errors.empty()) return exit_usage;
  return serve(settings, [&] { return read_settings(arguments); });
}

int run_import(const config::Settings& settings, const Arguments& arguments) {
  const auto format = arguments.import_format.empty() ? format_of_file(arguments.import_file)
                                                      : format_named(arguments.import_format);
  // A file that exists but can't be examined is reported when it is opened.
  std::error_code failed;
  const bool missing = arguments.import_file != "-" &&
                       !std::filesystem::exists(arguments.import_file, failed) && !failed;
  if (!format && missing) {
    std::cerr << arguments.import_file << ": no such file\n";
    return exit_failure;
  }
  if (!format) {
    std::cerr << arguments.import_file
              << ": the name does not tell the format; give --format ndjson, csv or passwd\n";
    return exit_usage;
  }
  return run_import(arguments.import_file,
                    ImportOptions{*format, arguments.strict, arguments.again},
                    settings.import.batch, [&] { return engine_of(settings).importer(settings); });
}

int run_export(const config::Settings& settings, const Arguments& arguments) {
  return run_export(engine_of(settings).exporter(settings),
                    arguments.export_format == "csv" ? ExportFormat::csv : ExportFormat::ndjson);
}

void add_import_options(CLI::App& sub, Arguments& arguments) {
  sub.add_option("FILE", arguments.import_file,
                 "What to import; - is standard input, copied to a temporary file first")
      ->required();
  sub.add_option("--format", arguments.import_format,
                 "ndjson (also .jsonl), csv, or passwd; left out, the file's extension tells")
      ->check(CLI::IsMember({"ndjson", "csv", "passwd"}));
  sub.add_flag("--strict", arguments.strict,
               "Check the whole file first, and import nothing if any line is bad");
  sub.add_flag("--again", arguments.again, "Also a content whose import was finished before");
  sub.footer(
      "Each bad line is reported with its number and skipped. The fields, or columns:\n" +
      field_list() +
      ";\n"
      "only the name has to be there. An import that was cut short goes on where it stopped when\n"
      "the same content is given again. No daemon may run on a SQLite database meanwhile; on\n"
      "PostgreSQL any number may.");
}

/// Prints the help that was asked for, or the error in the arguments. Prints no password of a URL,
/// even if the URL is an argument that the command line does not know. Returns the exit code.
int told(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream message;
  const auto rest = app.get_subcommands().empty() ? app.remaining() : std::vector<std::string>{};
  const auto unknown = std::find_if(rest.begin(), rest.end(),
                                    [](const std::string& word) { return !word.starts_with('-'); });
  const bool asked_for = app.exit(error, std::cout, message) == 0;
  if (!asked_for && unknown != rest.end()) {
    std::cerr << "unknown command: " << config::without_password(*unknown) << '\n';
  }
  std::istringstream lines{message.str()};
  for (std::string line; std::getline(lines, line);) {
    std::cerr << config::without_password(line) << '\n';
  }
  return asked_for ? exit_done : exit_usage;
}

// As a comment, since the output is a settings file.
std::string memory_for_clients(const config::Http& http) {
  constexpr std::size_t mib = std::size_t{1} << 20U;
  const auto connections = http.max_connections * http::idle_connection_bytes / mib;
  return fmt::format(
      "\n# {} idle connections of {} KiB take {} MiB, with http.max_buffered_mib {} MiB.\n",
      http.max_connections, http::idle_connection_bytes / 1'024, connections,
      connections + http.max_buffered_mib);
}

int check_config(const config::Settings& settings) {
  std::cout << config::to_toml(settings) << memory_for_clients(settings.http) << std::flush;
  return std::cout ? exit_done : exit_failure;
}

int print_version() {
  std::cout << "rollcall " ROLLCALL_VERSION "\n"
            << "CAF " << CAF_VERSION / 10'000 << '.' << CAF_VERSION / 100 % 100 << '.'
            << CAF_VERSION % 100 << ", RESTinio " << RESTINIO_VERSION_MAJOR << '.'
            << RESTINIO_VERSION_MINOR << '.' << RESTINIO_VERSION_PATCH << ", SQLite "
            << sqlite3_libversion() << ", libpq " << PQlibVersion() / 10'000 << '.'
            << PQlibVersion() % 10'000 << std::endl;
  return std::cout ? exit_done : exit_failure;
}

}  // namespace

int run(int argc, const char* const* argv, const Serve& serve) {
  Arguments arguments;
  CLI::App app{"Rollcall, a user directory over HTTP.", "rollcall"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string{"rollcall " ROLLCALL_VERSION});
  app.footer(
      "Exit codes: 0 done, 1 failure, 2 wrong arguments or settings, 3 imported with some\n"
      "lines skipped. `rollcall COMMAND --help` says more about one command.");
  add_sources(app, arguments.outer_file, arguments.outer_sets);

  std::map<const CLI::App*, std::function<int(const config::Settings&)>> commands;
  const auto command = [&](const char* name, const char* description,
                           std::function<int(const config::Settings&)> body) {
    CLI::App* sub = app.add_subcommand(name, description);
    add_sources(*sub, arguments.file, arguments.sets);
    commands[sub] = std::move(body);
    return sub;
  };

  command("serve", "Serve the directory until SIGTERM or SIGINT",
          [&](const auto& settings) { return run_serve(settings, arguments, serve); })
      ->add_flag("--insecure", arguments.insecure,
                 "Accept listeners that other machines can reach, without authentication");
  add_import_options(
      *command("import", "Add the users of a file to the directory",
               [&](const auto& settings) { return run_import(settings, arguments); }),
      arguments);
  command("export", "Write every user to standard output, as import reads it",
          [&](const auto& settings) { return run_export(settings, arguments); })
      ->add_option("--format", arguments.export_format, "ndjson or csv")
      ->check(CLI::IsMember({"ndjson", "csv"}))
      ->capture_default_str();
  command("migrate", "Bring the database to this version's schema", [&](const auto& settings) {
    return migrate(settings, arguments.dry_run);
  })->add_flag("--dry-run", arguments.dry_run, "Only say what would be applied");
  command("doctor", "Name users who have the same e-mail or username, and keys to be renewed",
          doctor)
      ->footer(
          "One line for each finding; exit code 1 if there is any. Changes nothing, and runs\n"
          "beside daemons.");
  command("invalidate", "Tell every node on PostgreSQL to read users anew, or all",
          [&](const auto& settings) { return invalidate(settings, arguments.ids); })
      ->add_option("ID", arguments.ids, "Users to be read anew; none: all");
  command("check-config", "Check the settings, and print those in effect as TOML", check_config);
  const CLI::App* version =
      command("version", "Print the version of this program and of its libraries", nullptr);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // thrown for --help and for wrong arguments
    return told(app, error);
  }

  const CLI::App* chosen = app.get_subcommands().front();
  if (chosen == version) return print_version();
  const auto settings = load_settings(arguments);
  if (!settings) return exit_usage;
  set_up_logging(settings->log);
  return commands.at(chosen)(*settings);
}

}  // namespace rollcall::app
