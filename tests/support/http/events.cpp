#include "tests/support/http/events.hpp"

#include <sstream>
#include <utility>

namespace rollcall::tests {

EventStream::EventStream(std::uint16_t port, const std::string& target, Headers headers,
                         HttpClient::Buffers buffers)
    : client_(port, buffers) {
  client_.send(Request{.target = target, .headers = std::move(headers)}.bytes());
  head_ = client_.read_head();
  if (head_.status != 200) throw NoStream(head_.status);
}

bool EventStream::read_chunk() {
  const auto size = client_.read_through("\r\n");
  if (!size) return false;
  const auto bytes = client_.read_bytes(std::stoul(*size, nullptr, 16) + 2);
  if (!bytes || bytes->size() == 2) return false;
  chunks_.append(*bytes, 0, bytes->size() - 2);
  return true;
}

// Through the next empty line.
std::optional<std::string> EventStream::read_text() {
  const std::string end = "\n\n";
  if (!head_.header("Transfer-Encoding")) return client_.read_through(end);
  std::size_t found = 0;
  while ((found = chunks_.find(end)) == std::string::npos) {
    if (!read_chunk()) return std::nullopt;
  }
  auto text = chunks_.substr(0, found + end.size());
  chunks_.erase(0, text.size());
  return text;
}

bool EventStream::read_block() {
  std::optional<std::string> block;
  try {
    block = read_text();
  } catch (const ConnectionClosed&) {
    // It was reset.
  }
  if (!block) return false;
  Event event;
  std::istringstream lines(*block);
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    if (line.front() == ':') continue;  // a comment
    const auto colon = line.find(": ");
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 2);
    if (name == "id") {
      last_id_ = value;
    } else if (name == "event") {
      event.type = value;
    } else if (name == "data") {
      event.data = value;
    } else {
      throw std::runtime_error("not a field of an event: " + line);
    }
  }
  event.id = last_id_;
  event_.reset();
  if (!event.data.empty()) event_ = std::move(event);
  return true;
}

std::optional<Event> EventStream::next() {
  while (read_block()) {
    if (event_) return std::exchange(event_, std::nullopt);
  }
  return std::nullopt;
}

}  // namespace rollcall::tests
