// Runs the program to its end.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::tests {

struct Outcome {
  int exit_code = -1;  // negative: the number of the signal that ended it
  std::string out;
  std::string err;
};

/// How a command is started, beside its arguments.
struct Surroundings {
  std::vector<std::pair<std::string, std::string>> environment{};
  std::filesystem::path working_folder{};
  bool obey_file_modes = false;
};

/// Runs `rollcall` with these arguments; fails the test if it hangs or if a sanitizer complains.
Outcome run_command(const std::vector<std::string>& arguments, const Surroundings& around = {});

/// The same with stderr on a terminal: `err` is what the terminal was given.
Outcome run_on_terminal(const std::vector<std::string>& arguments);

/// `--set database.url=<url>`, as arguments.
std::vector<std::string> on_url(const std::string& url);

/// The same with `sqlite:<file>`.
std::vector<std::string> on_database(const std::filesystem::path& file);

std::vector<std::string> operator+(std::vector<std::string> left,
                                   const std::vector<std::string>& right);

/// Fails the test if a report of ASan, LSan or UBSan stands in this text.
void check_no_sanitizer_report(const std::string& text);

}  // namespace rollcall::tests
