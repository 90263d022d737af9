// Checks of a SQLite database file before SQLite opens it.
#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

namespace rollcall::db {

/// The path of an existing database file: absolute, free of symbolic links. The error says what
/// stands there instead. Touches nothing.
tl::expected<std::filesystem::path, std::string> existing_database_file(
    const std::filesystem::path& path);

/// Whether its mode lets more than its owner read the file.
bool others_may_read(const std::filesystem::path& path);

/// As above, and makes the file (empty, for its owner alone to read: mode 0600, which SQLite takes
/// for an empty database) and its folders where they are missing, flushed to the disk. Refuses what
/// this process may not write.
tl::expected<std::filesystem::path, std::string> writable_database_file(
    const std::filesystem::path& path);

}  // namespace rollcall::db
