#include "tests/support/http/lax_relay.hpp"

#include <algorithm>
#include <charconv>

namespace rollcall::tests {

namespace {

constexpr std::string_view white_space("\t\n\v\f\r \0", 7);
constexpr std::size_t incomplete = std::string_view::npos;

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
  return text.substr(0, text.find_last_not_of(white_space) + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

/// The number at the beginning of the text, whatever follows; 0 where there is none.
std::size_t leading_number(std::string_view text, int base) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

}  // namespace

// With its end; incomplete where that has not come.
std::size_t LaxRelay::line_size(std::string_view text) const {
  using LineEnd = Laxity::LineEnd;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool crlf = text.substr(i).starts_with("\r\n");
    if (crlf) return i + 2;
    if (text[i] == '\n' && laxity_.line_end != LineEnd::crlf) return i + 1;
    if (text[i] == '\r' && laxity_.line_end == LineEnd::cr) return i + 1;
  }
  return incomplete;
}

bool LaxRelay::is_empty(std::string_view line) const { return trimmed(line).empty(); }

void LaxRelay::note_field(Head& head, std::string_view line) const {
  const auto colon = std::min(line.find(':'), line.size());
  const auto name = lower_case(trimmed(line.substr(0, colon)));
  const auto value = line.substr(std::min(colon + 1, line.size()));
  if (name == "content-length") head.length = leading_number(value, 10);
  if (name == "transfer-encoding" && lower_case(value).find("chunked") != std::string::npos) {
    head.chunked = true;
  }
}

LaxRelay::Head LaxRelay::read_head(std::string_view text) const {
  Head head;
  std::string field;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = line_size(text.substr(at));
    if (size == incomplete) return {};
    const auto line = text.substr(at, size);
    at += size;
    if ((line.front() == ' ' || line.front() == '\t') && !is_empty(line)) {
      field += line;  // folded
      continue;
    }
    note_field(head, field);
    field = line;
    if (is_empty(line)) {
      if (laxity_.length_wins && head.length > 0) head.chunked = false;
      head.size = at;
      return head;
    }
  }
  return {};
}

std::size_t LaxRelay::chunks_size(std::string_view text) const {
  for (std::size_t at = 0; at < text.size();) {
    const auto line = line_size(text.substr(at));
    if (line == incomplete) return incomplete;
    const auto size = leading_number(text.substr(at, line), 16);
    at += line;
    if (size > 0) {
      if (size > text.size() - at) return incomplete;
      at += size;
      // Its end is not looked at, unless it is a shorter one than CRLF.
      const auto end = line_size(text.substr(at));
      at += end == 1 ? 1 : 2;
      continue;
    }
    while (at < text.size()) {
      const auto trailer = line_size(text.substr(at));
      if (trailer == incomplete) return incomplete;
      const bool last = is_empty(text.substr(at, trailer));
      at += trailer;
      if (last) return at;
    }
  }
  return incomplete;
}

std::size_t LaxRelay::request_size(std::string_view text) const {
  const auto head = read_head(text);
  if (head.size == 0) return incomplete;
  const auto body = text.substr(head.size);
  if (head.chunked) {
    const auto size = chunks_size(body);
    return size == incomplete ? incomplete : head.size + size;
  }
  return head.length > body.size() ? incomplete : head.size + head.length;
}

std::vector<LaxRelay::Exchange> LaxRelay::relay(std::string_view bytes) {
  std::vector<Exchange> exchanges;
  const auto skip_empty_lines = [&] {
    bytes.remove_prefix(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
  };
  for (skip_empty_lines(); !bytes.empty(); skip_empty_lines()) {
    const auto size = request_size(bytes);
    const auto request = bytes.substr(0, size);
    exchanges.push_back({std::string(request), exchange(request, size != incomplete)});
    bytes.remove_prefix(request.size());
  }
  return exchanges;
}

// Passes the end of the stream on behind an incomplete request, so that it is answered.
Response LaxRelay::exchange(std::string_view request, bool complete) {
  if (!upstream_) upstream_ = std::make_unique<HttpClient>(port_);
  upstream_->send(request);
  if (!complete) upstream_->finish_sending();
  Response answer;
  do {
    answer = upstream_->read(request.substr(0, request.find_first_of(" \t")));
  } while (answer.status < 200);
  const bool closes = answer.header("Connection") == "close";
  if (!complete && !closes) {
    // A further answer must not be lost.
    if (!upstream_->closed_by_peer()) throw std::runtime_error("two answers, or a reset");
  }
  if (closes || !complete) upstream_.reset();
  return answer;
}

}  // namespace rollcall::tests
