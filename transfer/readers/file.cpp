#include "transfer/readers/file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "posix/error.hpp"

namespace rollcall::app {
namespace {

using posix::Descriptor;

tl::unexpected<std::string> failure(const std::string& name, const std::string& what) {
  return tl::unexpected{name + ": " + what + ": " + posix::last_error()};
}

bool write_all(int descriptor, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(descriptor, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Copies all that `source` has to a temporary file without a name, and gives that.
tl::expected<Descriptor, std::string> spool(const std::string& name, int source) {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) return tl::unexpected{"no folder for temporary files: " + error.message()};
  std::string path = (folder / "rollcall-import-XXXXXX").string();
  Descriptor copy{mkostemp(path.data(), O_CLOEXEC)};
  if (!copy.open()) return failure(path, "cannot be made");
  unlink(path.c_str());
  std::array<char, chunk_bytes> chunk;
  while (true) {
    const ssize_t count = read(source, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(name, "cannot be read");
    if (count == 0) return copy;
    if (!write_all(copy.get(), chunk.data(), static_cast<std::size_t>(count))) {
      return failure(folder.string(), "cannot hold a copy of " + name);
    }
  }
}

}  // namespace

tl::expected<ImportFile, std::string> ImportFile::open(const std::string& path) {
  const bool is_input = path == "-";
  const std::string name = is_input ? "standard input" : path;
  Descriptor file{is_input ? dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.open()) return failure(name, "cannot be opened");
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failure(name, "cannot be read");
  if (S_ISDIR(status.st_mode)) return tl::unexpected{name + ": is a folder, must be a file"};
  if (!is_input && S_ISREG(status.st_mode)) return ImportFile{name, std::move(file), status};

  auto copy = spool(name, file.get());
  if (!copy) return tl::unexpected{copy.error()};
  if (fstat(copy->get(), &status) != 0) return failure(name, "cannot be read");
  return ImportFile{name, std::move(*copy), status};
}

tl::expected<std::string, std::string> ImportFile::sha256() const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free};
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::array<char, chunk_bytes> chunk;
  off_t offset = 0;
  while (good) {
    const ssize_t count = pread(file_.get(), chunk.data(), chunk.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected{std::string{"cannot be read: "} + posix::last_error()};
    if (count == 0) break;
    good = EVP_DigestUpdate(context.get(), chunk.data(), static_cast<std::size_t>(count)) == 1;
    offset += count;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1) {
    return tl::unexpected{std::string{"OpenSSL cannot compute a SHA-256"}};
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    (text += digits[digest[i] >> 4]) += digits[digest[i] & 0xF];
  }
  return text;
}

bool ImportFile::has_changed() const {
  struct stat now {};
  return fstat(file_.get(), &now) != 0 || now.st_size != opened_.st_size ||
         now.st_mtim.tv_sec != opened_.st_mtim.tv_sec ||
         now.st_mtim.tv_nsec != opened_.st_mtim.tv_nsec;
}

}  // namespace rollcall::app
