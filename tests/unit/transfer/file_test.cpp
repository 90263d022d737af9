#include "transfer/readers/file.hpp"

#include <fstream>
#include <thread>

#include <sys/stat.h>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using rollcall::app::ImportFile;
using rollcall::tests::TempDir;
using rollcall::tests::write_file;

TEST_CASE("a file's hash is its SHA-256") {
  const TempDir folder;
  write_file(folder / "abc", "abc");  // FIPS 180-2, appendix B.1
  const auto file = ImportFile::open((folder / "abc").string());
  REQUIRE(file);
  CHECK(file->sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(file->size() == 3);
}

TEST_CASE("a file larger than one chunk is hashed whole") {
  const TempDir folder;
  write_file(folder / "a", std::string(1'000'000, 'a'));  // FIPS 180-2, appendix B.3
  const auto file = ImportFile::open((folder / "a").string());
  REQUIRE(file);
  CHECK(file->sha256() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file can be read more than once") {
  const TempDir folder;
  write_file(folder / "a", "one\n");
  const auto file = ImportFile::open((folder / "a").string());
  REQUIRE(file);
  for (int pass = 0; pass < 2; ++pass) {
    auto lines = file->lines();
    const auto line = lines.next();
    REQUIRE(line);
    REQUIRE(*line);
    CHECK((*line)->text == "one");
  }
}

TEST_CASE("a pipe is copied, so that it can be read more than once too") {
  const TempDir folder;
  const std::string path = (folder / "pipe").string();
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::thread writer{[&] { std::ofstream{path} << "abc"; }};
  const auto file = ImportFile::open(path);
  writer.join();
  REQUIRE(file);
  CHECK(file->sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(file->sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a file that grows after it was opened has changed") {
  const TempDir folder;
  write_file(folder / "a", "one\n");
  const auto file = ImportFile::open((folder / "a").string());
  REQUIRE(file);
  CHECK_FALSE(file->has_changed());
  std::ofstream{folder / "a", std::ios::app} << "two\n";
  CHECK(file->has_changed());
}

TEST_CASE("an import of a file that is not there, or of a folder, is refused by name") {
  const TempDir folder;
  const std::string path = folder.path().string();
  CHECK(ImportFile::open(path + "/none").error() ==
        path + "/none: cannot be opened: No such file or directory");
  CHECK(ImportFile::open(path).error() == path + ": is a folder, must be a file");
}
