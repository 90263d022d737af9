#include "db/sqlite/database_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "posix/descriptor.hpp"
#include "posix/error.hpp"

namespace rollcall::db {

namespace {

namespace fs = std::filesystem;

// A new entry of a folder is durable once the folder is flushed.
void flush_folder(const fs::path& folder) {
  const posix::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open()) return;  // a folder that can't be read can still be written
  ::fsync(opened.get());  // not every file system can; there the entry is as durable as it gets
}

tl::expected<void, std::string> make_folders(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (fs::path at = folder; !fs::exists(at, error) && at.has_relative_path();
       at = at.parent_path()) {
    missing.push_back(at);
  }
  fs::create_directories(folder, error);
  if (error) {
    return tl::unexpected("can't make the folder " + folder.string() + ": " + error.message());
  }
  for (const fs::path& made : missing) flush_folder(made.parent_path());
  return {};
}

tl::expected<void, std::string> make_file(const fs::path& path) {
  // Never done to a file that exists: closing any descriptor of a file drops the locks that SQLite
  // holds on it elsewhere in this process (POSIX, fcntl).
  const posix::Descriptor made(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!made.open()) return tl::unexpected("can't be made: " + posix::last_error());
  flush_folder(path.parent_path());
  return {};
}

tl::expected<fs::path, std::string> absolute_path(const fs::path& path) {
  if (path.empty()) return tl::unexpected<std::string>("the path is empty");
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  if (error) return tl::unexpected(error.message());
  return absolute.lexically_normal();
}

tl::expected<fs::path, std::string> resolved(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    return tl::unexpected<std::string>("does not exist");
  if (error) return tl::unexpected("can't be reached: " + error.message());
  if (fs::is_directory(status))
    return tl::unexpected<std::string>("is a folder, not a database file");
  if (!fs::is_regular_file(status)) return tl::unexpected<std::string>("is not a regular file");
  fs::path canonical = fs::canonical(path, error);
  if (error) return tl::unexpected("can't be reached: " + error.message());
  return canonical;
}

}  // namespace

tl::expected<fs::path, std::string> existing_database_file(const fs::path& path) {
  const auto absolute = absolute_path(path);
  return absolute ? resolved(*absolute) : absolute;
}

bool others_may_read(const fs::path& path) {
  std::error_code error;
  const auto mode = fs::status(path, error).permissions();
  return !error && (mode & (fs::perms::group_read | fs::perms::others_read)) != fs::perms::none;
}

tl::expected<fs::path, std::string> writable_database_file(const fs::path& path) {
  auto absolute = absolute_path(path);
  if (!absolute) return absolute;
  std::error_code error;
  if (fs::status(*absolute, error).type() == fs::file_type::not_found) {
    if (auto made = make_folders(absolute->parent_path()); !made) {
      return tl::unexpected(std::move(made.error()));
    }
    if (auto made = make_file(*absolute); !made) return tl::unexpected(std::move(made.error()));
  }
  auto file = resolved(*absolute);
  if (!file) return file;
  if (::access(file->c_str(), W_OK) != 0) {
    return tl::unexpected("can't be written: " + posix::last_error());
  }
  // SQLite makes its log and its shared memory beside the file.
  if (::access(file->parent_path().c_str(), W_OK | X_OK) != 0) {
    return tl::unexpected("lies in a folder that can't be written: " + posix::last_error());
  }
  return file;
}

}  // namespace rollcall::db
