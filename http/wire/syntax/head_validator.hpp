// The head of a request: request line and fields (RFC 9112 3, 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/wire/list_field.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"
#include "http/wire/request_limits.hpp"
#include "http/wire/syntax/lines.hpp"
#include "http/wire/syntax/validity.hpp"

namespace rollcall::http {

/// A part of a text.
struct Range {
  std::size_t begin = 0;
  std::size_t size = 0;

  std::string_view of(std::string_view text) const { return text.substr(begin, size); }
};

/// What the head says about the request and its body. Ranges count from the head's first byte.
struct RequestHead {
  std::size_t size = 0;  // with the empty line at its end
  Method method = Method::get;
  Range target{};
  std::uint64_t content_length = 0;
  bool chunked = false;  // content_length is 0 then
  bool http_1_0 = false;
  bool closes = false;  // no request may follow on the connection (RFC 9112 9.3)
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

/// Validates one head, of which more and more bytes arrive. Refuses all that RFC 9112 forbids, also
/// what it lets a server tolerate: a proxy in front may read such bytes in another way.
class HeadValidator {
 public:
  explicit HeadValidator(const RequestLimits& limits) : limits_(limits) {}

  /// `bytes`: everything that has arrived since the head's first byte; what follows the head is not
  /// looked at. White space behind a field's value is moved in front of it, where parsers skip it
  /// (RFC 9110 5.5). Must not be called again after it returned `invalid`, and after `valid` only
  /// behind reset().
  Validity validate(std::span<char> bytes);

  /// After `valid`: the next bytes begin another head.
  void reset() {
    head_ = {};
    found_ = {};
    lines_ = {};
  }

  /// Complete if validate() returned `valid`.
  const RequestHead& head() const { return head_; }
  /// Why the head is invalid.
  const Problem& problem() const { return *problem_; }
  /// Whether a byte of it has arrived, other than of the empty line that may stand before it.
  bool begun() const { return found_.begun; }

 private:
  bool is_plain();
  const char* take_plain_field(const char* at, const char* end);
  bool check_request_line(std::string_view content);
  bool check_field(std::string_view line);
  bool check_known_field(std::string_view name, std::string_view value);
  bool check_singleton(std::string_view name, std::uint16_t bit);
  bool check_length(std::string_view value);
  void note_codings(std::string_view value);
  bool check_end();
  bool check_codings();
  bool check_unfinished(std::string_view line);
  bool check_size(std::size_t size);
  std::size_t longest_field_line() const;
  bool refuse_long_field();
  bool forget();
  bool refuse(ProblemType type, std::string detail);
  Range range_of(std::string_view part) const;

  // What the lines so far say, beside what `head_` has.
  struct Findings {
    Range host{};
    Range authority{};  // of an absolute target
    std::size_t fields = 0;
    int codings = 0;
    int chunked_codings = 0;
    std::uint16_t singletons = 0;  // as bits
    bool chunked_is_last = false;
    Persistence persistence{};
    bool request_line = false;
    bool begun = false;
  };

  RequestLimits limits_;
  RequestHead head_{};
  Findings found_{};
  LineReader lines_{};
  std::string_view text_{};  // what has arrived; valid during validate()
  std::optional<Problem> problem_{};
};

}  // namespace rollcall::http
