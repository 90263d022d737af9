// The bytes of a connection. In what the validator passes on, http-parser and a reader of our own
// must find the same requests, with the same ends and the same parts: so none is hidden in another.
//
// The first line of an input chooses: its first byte the limits (0 to 3), the others the sizes of
// the pieces in which the rest arrives (PieceSizes).
#include <algorithm>
#include <array>

#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/parser_oracle.hpp"
#include "tests/fuzz/support/reference_reader.hpp"
#include "tests/fuzz/support/validated.hpp"

namespace rollcall::fuzz {
namespace {

http::RequestLimits limits_of(std::string_view choice) {
  const std::array<http::RequestLimits, 4> all{
      {{}, {100, 50, 40, 3, 200}, {16, 20, 30, 2, 64}, {65'536, 8'192, 64, 100, 1'024}}};
  return all[choice.empty() ? 0 : static_cast<unsigned char>(choice.front()) & 3U];
}

SeenRequest head_of(SeenRequest request) {
  request.body.clear();
  request.trailers.clear();
  request.end = 0;
  return request;
}

void compare_with_parser(const Validated& result, const std::vector<SeenRequest>& requests,
                         PieceSizes sizes) {
  ParserOracle oracle;
  for (std::string_view rest = result.passed; !rest.empty();) {
    const auto size = sizes.next(rest.size());
    oracle.feed(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  require(oracle.requests().size() == requests.size(),
          "http-parser finds as many requests as the validator", {result.passed});
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto parsed = oracle.requests()[i];
    parsed.expects_continue = requests[i].expects_continue;  // http-parser does not tell
    parsed.keep_alive = requests[i].keep_alive;              // the daemon does not ask it
    if (parsed != requests[i]) {
      fail("http-parser reads what the text says", {shown(parsed), shown(requests[i])});
    }
  }
}

// The complete requests of what was passed, as the text has them.
std::vector<SeenRequest> compare_with_text(const Validated& result, std::string_view text) {
  std::vector<SeenRequest> requests;
  ReferenceReader reader(text.substr(0, result.passed.size()));
  while (const auto request = reader.next()) requests.push_back(*request);
  require(requests.size() == result.ends.size(), "the text has as many requests as are passed",
          {result.passed});
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (requests[i].end != result.ends[i]) {
      fail("a request ends where it does in the text",
           {shown(requests[i]), std::to_string(result.ends[i])});
    }
    if (head_of(requests[i]) != result.heads[i]) {
      fail("the validator's head is that of the text",
           {shown(requests[i]), shown(result.heads[i])});
    }
  }
  return requests;
}

}  // namespace

void check(std::string_view input) {
  auto text = input;
  const auto choice = take_line(text);
  const auto limits = limits_of(choice);
  const PieceSizes sizes(choice.substr(choice.empty() ? 0 : 1));
  const auto in_pieces = validated(text, sizes, limits);
  const auto at_once = validated(text, PieceSizes(""), limits);
  require(in_pieces == at_once, "pieces are judged as the whole is",
          {in_pieces.passed, in_pieces.problem, at_once.passed, at_once.problem});
  const auto requests = compare_with_text(in_pieces, text);
  compare_with_parser(in_pieces, requests, sizes);
}

}  // namespace rollcall::fuzz
