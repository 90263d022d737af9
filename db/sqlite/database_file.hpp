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

/// As existing_database_file(), but first creates the file and its folders where they are missing,
/// and flushes them to the disk. The new file is empty, which is a valid SQLite database, and has
/// mode 0600. An error where this process may not write the file or its folder.
tl::expected<std::filesystem::path, std::string> writable_database_file(
    const std::filesystem::path& path);

}  // namespace rollcall::db
