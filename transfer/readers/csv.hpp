// CSV as RFC 4180 has it: comma, double quotes, the first line names the columns.
#pragma once

#include <vector>

#include <csv.h>

#include "transfer/readers/readers.hpp"

namespace rollcall::app {

/// Any column may be absent but the name; an empty value is an absent one. White space around an
/// unquoted value is no part of it. A record that breaks the quoting is an error of its lines, and
/// reading goes on with the line after; a record of more than max_line_bytes likewise.
class CsvReader final : public Reader {
 public:
  explicit CsvReader(LineSource lines);
  ~CsvReader() override;
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  tl::expected<std::optional<Record>, std::string> next() override;

 private:
  /// One record as the library cuts it.
  struct Row {
    std::int64_t first_line = 0;
    std::int64_t last_line = 0;
    std::vector<std::string> values{};
    bool complete = false;
    std::string error{};  // empty where there is none
  };

  tl::expected<std::optional<Row>, std::string> next_row();
  /// Gives one line to the library.
  void feed(const Line& line, Row& row);
  void break_off(Row& row, std::string error);
  void begin_parser();
  /// Reads the first row as the names of the columns; the error says what is wrong with them.
  tl::expected<void, std::string> read_header();
  tl::expected<db::ImportedUser, std::string> user_of(const Row& row) const;

  csv_parser parser_{};
  std::size_t row_bytes_ = 0;
  std::vector<std::size_t> columns_{};  // of each value, the index of its field
};

}  // namespace rollcall::app
