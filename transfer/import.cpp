#include "transfer/import.hpp"

#include <chrono>
#include <iostream>
#include <iterator>
#include <optional>
#include <vector>

#include <unistd.h>

#include <utf8.h>

#include "config/exit_code.hpp"
#include "transfer/import_batch.hpp"
#include "transfer/import_check.hpp"
#include "transfer/readers/printable.hpp"

namespace rollcall::app {
namespace {

using Failure = tl::unexpected<std::string>;

Timestamp wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// A name may have any bytes; a database takes text.
std::string shown_name(const ImportFile& file) {
  const std::string& name = file.name();
  std::string text;
  utf8::replace_invalid(name.begin(), name.end(), std::back_inserter(text));
  return printable(text);
}

/// One import under way.
class Writing {
 public:
  Writing(db::Importer& importer, const ImportFile& file, std::string sha256,
          std::optional<db::ResumePoint> earlier, std::size_t batch, ImportProgress& progress)
      : importer_(importer),
        file_(file),
        sha256_(std::move(sha256)),
        file_name_(shown_name(file)),
        recorded_(std::move(earlier)),
        batch_size_(batch),
        progress_(progress) {}

  tl::expected<ImportSummary, std::string> run(Reader& reader, std::int64_t after) {
    summary_.after_line = committed_line_ = last_line_ = after;
    const auto written = write(reader, after);
    if (written) return summary_;
    if (committed_line_ == 0) return Failure{written.error() + "; nothing was imported"};
    const std::string how_far = "; imported up to line " + std::to_string(committed_line_);
    if (file_.has_changed()) return Failure{written.error() + how_far + " of what it was"};
    return Failure{written.error() + how_far + ", the same command goes on from there"};
  }

 private:
  tl::expected<void, std::string> write(Reader& reader, std::int64_t after) {
    while (true) {
      auto record = reader.next();
      if (!record) return Failure{record.error()};
      if (!*record) return write_batch(true);
      progress_.at(reader.bytes_read(), (*record)->last_line);
      if ((*record)->last_line <= after) continue;
      if (!batch_.takes(**record)) {
        if (auto written = write_batch(false); !written) return written;
      }
      last_line_ = (*record)->last_line;
      batch_.take(std::move(**record));
      if (batch_.size() < batch_size_) continue;
      if (auto written = write_batch(false); !written) return written;
    }
  }

  tl::expected<void, std::string> write_batch(bool finished) {
    const auto errors = batch_.used_ids().empty() ? add_users() : use_up_ids();
    if (!errors) return Failure{errors.error()};
    // Reported before the commit: so no line is skipped silently, even if the process ends here.
    const auto skipped =
        batch_.report([&](std::size_t entry) { return (*errors)[entry]; }, progress_);
    if (file_.has_changed()) return Failure{"the file was changed while it was read"};
    const db::ResumePoint reached{last_line_, finished, file_name_};
    if (auto done = importer_.commit(sha256_, reached, recorded_); !done) return done;
    recorded_ = reached;
    committed_line_ = last_line_;
    summary_.skipped += skipped;
    count(*errors);
    batch_.clear();
    return {};
  }

  /// What is wrong with each entry of the batch.
  using OptionalError = std::optional<std::string>;
  using Errors = tl::expected<std::vector<OptionalError>, std::string>;

  Errors add_users() {
    return importer_.add(batch_.users(), wall_now()).map([](const auto& added) {
      std::vector<OptionalError> errors;
      for (const auto& one : added)
        errors.push_back(one ? OptionalError{} : OptionalError{one.error().detail});
      return errors;
    });
  }

  Errors use_up_ids() {
    return importer_.use_up(batch_.used_ids()).map([](const auto& refused) {
      std::vector<OptionalError> errors;
      for (const auto& one : refused)
        errors.push_back(one ? OptionalError{one->detail} : OptionalError{});
      return errors;
    });
  }

  /// Adds the batch to the summary.
  void count(const std::vector<OptionalError>& errors) {
    const auto& used = batch_.used_ids();
    for (std::size_t i = 0; i < errors.size(); ++i) {
      if (errors[i]) continue;
      if (used.empty()) {
        ++summary_.added;
      } else if (used[i].deleted) {
        ++summary_.used_up;
      }
    }
  }

  db::Importer& importer_;
  const ImportFile& file_;
  std::string sha256_;
  std::string file_name_;
  std::optional<db::ResumePoint> recorded_;  // in the directory
  std::size_t batch_size_;
  ImportProgress& progress_;
  ImportBatch batch_{};
  std::int64_t last_line_ = 0;
  std::int64_t committed_line_ = 0;
  ImportSummary summary_{};
};

void print_summary(const ImportSummary& summary) {
  std::cout << "imported " << summary.added << " users";
  if (summary.used_up > 0) std::cout << " and the ids of " << summary.used_up << " deleted ones";
  if (summary.after_line > 0) {
    std::cout << " after line " << summary.after_line << ", where an earlier import was cut short";
  }
  if (summary.skipped > 0) std::cout << "; skipped " << summary.skipped;
  std::cout << std::endl;
}

tl::expected<ImportSummary, std::string> open_and_import(const std::string& path,
                                                         const ImportOptions& options,
                                                         std::size_t batch,
                                                         const OpenImporter& open) {
  // The file first: a name that is mistyped must not leave an empty database behind.
  const auto file = ImportFile::open(path);
  if (!file) return Failure{file.error()};
  const auto importer = open();
  if (!importer) return Failure{importer.error()};
  ImportProgress progress{std::cerr, isatty(STDERR_FILENO) == 1, file->name(), file->size()};
  auto summary = import_users(**importer, *file, options, batch, progress);
  if (const auto closed = (*importer)->close(); !closed) std::cerr << closed.error() << '\n';
  if (!summary) return Failure{file->name() + ": " + summary.error()};
  return summary;
}

}  // namespace

tl::expected<ImportSummary, std::string> import_users(db::Importer& importer,
                                                      const ImportFile& file,
                                                      const ImportOptions& options,
                                                      std::size_t batch, ImportProgress& progress) {
  const auto sha256 = file.sha256();
  if (!sha256) return Failure{sha256.error()};
  const auto earlier = importer.resume_point(*sha256);
  if (!earlier) return Failure{earlier.error()};
  const bool finished = *earlier && (*earlier)->finished;
  if (finished && !options.again) {
    const std::string& name = (*earlier)->file_name;
    return Failure{"this content was imported before" + (name.empty() ? "" : ", as " + name) +
                   "; --again imports it once more"};
  }
  const std::int64_t after = *earlier && !finished ? (*earlier)->last_line : 0;
  if (options.strict) {
    const auto reader = make_reader(options.format, file.lines());
    const auto errors = check_users(importer, *reader, after, progress);
    if (!errors) return Failure{errors.error()};
    if (*errors > 0) {
      return Failure{std::to_string(*errors) + " errors; nothing was imported (--strict)"};
    }
  }
  const auto reader = make_reader(options.format, file.lines());
  return Writing{importer, file, *sha256, *earlier, batch, progress}.run(*reader, after);
}

int run_import(const std::string& path, const ImportOptions& options, std::size_t batch,
               const OpenImporter& open) {
  const auto summary = open_and_import(path, options, batch, open);
  if (!summary) {
    std::cerr << summary.error() << '\n';
    return exit_failure;
  }
  print_summary(*summary);
  return summary->skipped > 0 ? exit_skipped : exit_done;
}

}  // namespace rollcall::app
