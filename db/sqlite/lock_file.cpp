#include "db/sqlite/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "posix/error.hpp"

namespace rollcall::db {

namespace {

// The holder writes its pid right after it got the lock; who comes in between waits this long.
constexpr int pid_attempts = 50;
constexpr std::chrono::milliseconds pid_pause{2};

// The pid has the first bytes, the note those behind them.
constexpr std::size_t pid_bytes = 32;

std::string name_of(const std::filesystem::path& database) { return database.string() + ".lock"; }

std::string read_pid(int descriptor) {
  std::array<char, pid_bytes> buffer{};
  const ssize_t size = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  std::string text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return text.substr(0, text.find('\n'));
}

bool write_at(int descriptor, const std::string& text, std::size_t at) {
  const auto written = ::pwrite(descriptor, text.data(), text.size(), static_cast<off_t>(at));
  return written == static_cast<ssize_t>(text.size());
}

// An empty pid: no holder. Written at once, so that no reader sees a part of it.
bool write_pid(int descriptor, std::string pid) {
  pid.resize(pid_bytes, '\n');
  return write_at(descriptor, pid, 0);
}

}  // namespace

tl::expected<LockFile, std::string> LockFile::acquire(const std::filesystem::path& database) {
  const std::string name = name_of(database);
  posix::Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) {
    return tl::unexpected("can't make the lock file " + name + ": " + posix::last_error());
  }
  std::string holder;
  for (int attempt = 0; attempt < pid_attempts; ++attempt) {
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      if (!write_pid(file.get(), std::to_string(::getpid()))) {
        return tl::unexpected("can't write the lock file " + name + ": " + posix::last_error());
      }
      return LockFile(std::move(file));
    }
    if (errno != EWOULDBLOCK) {
      return tl::unexpected("can't lock the file " + name + ": " + posix::last_error());
    }
    holder = read_pid(file.get());
    if (!holder.empty()) break;
    std::this_thread::sleep_for(pid_pause);
  }
  return tl::unexpected("is in use by process " + (holder.empty() ? "(unknown)" : holder) +
                        ", which holds the lock " + name);
}

LockFile::~LockFile() {
  // So that nobody reads the pid of a process that is gone. Failing does no harm.
  if (descriptor_.open()) (void)write_pid(descriptor_.get(), {});
}

std::string LockFile::note_beside(const std::filesystem::path& database) {
  const posix::Descriptor file(::open(name_of(database).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return {};
  std::array<char, note_bytes> buffer{};
  const ssize_t size = ::pread(file.get(), buffer.data(), buffer.size(), pid_bytes);
  return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

bool LockFile::exists_beside(const std::filesystem::path& database) {
  return ::access(name_of(database).c_str(), W_OK) == 0;
}

void LockFile::write_note_beside(const std::filesystem::path& database, const std::string& note) {
  const posix::Descriptor file(::open(name_of(database).c_str(), O_RDWR | O_CLOEXEC));
  if (!file.open()) return;
  if (write_at(file.get(), note, pid_bytes)) ::fdatasync(file.get());
}

}  // namespace rollcall::db
