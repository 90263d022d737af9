#include "db/sqlite/pairing.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <random>
#include <string_view>

#include "db/sqlite/lock_file.hpp"
#include "posix/descriptor.hpp"

namespace rollcall::db {

namespace {

// Pages. The same as SQLite's default for automatic checkpoints.
constexpr int long_log = 1'000;
constexpr std::size_t log_header_bytes = 32;
constexpr std::size_t file_header_bytes = 100;

std::string log_of(const std::filesystem::path& database) { return database.string() + "-wal"; }

/// The first bytes of a file; fewer where it is shorter.
template <std::size_t size>
std::string beginning(const std::string& path) {
  std::array<char, size> bytes{};
  const posix::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return {};
  const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  return {bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    value = value << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

/// 0 where there is no log.
std::uint64_t salts_of_log(const std::filesystem::path& database) {
  const auto header = beginning<log_header_bytes>(log_of(database));
  if (header.size() < log_header_bytes) return 0;
  return std::uint64_t{big_endian(header, 16)} << 32U | big_endian(header, 20);
}

std::uint32_t new_stamp(std::uint32_t old) {
  std::random_device random;
  std::uint32_t stamp = 0;
  // SQLite shows it as a signed number; the positive ones are enough.
  while (stamp == 0 || stamp == old) stamp = random() & 0x7fff'ffffU;
  return stamp;
}

constexpr const char* text_format = "log %016llx stamp %08x or %08x schema %010u\n";

std::string text_of(const LogPair& pair) {
  std::array<char, LockFile::note_bytes + 1> text{};
  std::snprintf(text.data(), text.size(), text_format,
                static_cast<unsigned long long>(pair.log_salts), pair.stamp, pair.next_stamp,
                pair.schema_version);
  return text.data();
}

std::optional<LogPair> pair_of(const std::string& text) {
  unsigned long long salts = 0;
  LogPair pair;
  const int read = std::sscanf(text.c_str(), "log %16llx stamp %8x or %8x schema %10u", &salts,
                               &pair.stamp, &pair.next_stamp, &pair.schema_version);
  if (read != 4) return std::nullopt;
  pair.log_salts = salts;
  return pair;
}

tl::expected<std::uint32_t, SqliteError> number(const SqliteConnection& connection,
                                                const std::string& pragma) {
  return connection.query_text(pragma).map([](const std::string& text) {
    return static_cast<std::uint32_t>(text.empty() ? 0 : std::stoll(text));
  });
}

}  // namespace

std::optional<LogPair> read_pair(const std::filesystem::path& database) {
  return pair_of(LockFile::note_beside(database));
}

tl::expected<void, std::string> check_pair(const std::filesystem::path& database) {
  const auto salts = salts_of_log(database);
  const auto pair = read_pair(database);
  if (salts == 0 || !pair || pair->log_salts != salts) return {};
  const auto header = beginning<file_header_bytes>(database.string());
  if (header.size() == file_header_bytes) {
    const auto schema_version = big_endian(header, 40);
    const auto stamp = big_endian(header, 68);
    const bool stamped = stamp == pair->stamp || stamp == pair->next_stamp;
    if (stamped && schema_version >= pair->schema_version) return {};
  }
  const auto log = log_of(database);
  return tl::unexpected(
      log +
      " belongs to another file than this one, which was put in its place after a crash: "
      "SQLite would spoil it. To use this file, move " +
      log + " and " + database.string() +
      "-shm away; to use what was there before, put that file back");
}

LogPairing::LogPairing(const std::filesystem::path& database)
    : database_(database), pair_(read_pair(database)) {
  if (!pair_ && LockFile::exists_beside(database)) pair_ = LogPair{};
}

void LogPairing::record() const { LockFile::write_note_beside(database_, text_of(*pair_)); }

tl::expected<void, SqliteError> LogPairing::stamp(const SqliteConnection& connection) {
  pair_->next_stamp = new_stamp(pair_->stamp);
  record();  // flushed: the file must never have a stamp that the record does not know
  return connection.execute("PRAGMA application_id = " + std::to_string(pair_->next_stamp));
}

tl::expected<bool, SqliteError> LogPairing::checkpoint(const SqliteConnection& connection,
                                                       int mode) {
  // Not while the last stamp may be missing in the file: the record has room for two stamps only.
  if (pair_ && pair_->stamp == pair_->next_stamp) {
    if (auto stamped = stamp(connection); !stamped) return tl::unexpected(stamped.error());
  }
  int in_log = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection.handle(), "main", mode, &in_log, &moved);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return false;
  if (code != SQLITE_OK) {
    return tl::unexpected(error_of(connection.handle(), code, "moving the log into the file"));
  }
  if (in_log != moved) return false;
  if (!pair_) return true;
  // Record what the file has now. The new stamp may not have reached it, as on a full disk.
  const auto schema_version = number(connection, "PRAGMA schema_version");
  if (!schema_version) return tl::unexpected(schema_version.error());
  const auto stamp = number(connection, "PRAGMA application_id");
  if (!stamp) return tl::unexpected(stamp.error());
  pair_->schema_version = *schema_version;
  pair_->stamp = pair_->next_stamp = *stamp;
  record();
  return true;
}

tl::expected<void, SqliteError> LogPairing::committed(const SqliteConnection& connection,
                                                      int log_pages) {
  const bool anew = log_pages_ == 0 || log_pages < log_pages_;
  log_pages_ = log_pages;
  if (anew && pair_) {
    pair_->log_salts = salts_of_log(database_);
    record();
  }
  if (log_pages < long_log) return {};
  return checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE).map([](bool) {});
}

}  // namespace rollcall::db
