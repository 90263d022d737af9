#include "http/server/request_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <asio/error.hpp>

#include "http/server/connection_socket.hpp"
#include "http/wire/target.hpp"

namespace rollcall::http {

namespace {

constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

ReadStep delivers(const std::error_code& failed, std::size_t size) {
  return {ReadStep::Next::deliver, failed, size};
}

}  // namespace

ReadStep RequestReader::step(ConnectionSocket& socket, asio::mutable_buffer to) {
  while (true) {
    if (state_->hung_up()) return delivers(asio::error::eof, 0);
    if (lingering_) return linger(socket, to);
    Decision decision;
    if (must_settle()) {
      decision = settle(socket);
    } else if (std::exchange(shed_, 0) > 0) {
      decision = end_turn();
    } else if (!(decision = deliver_held(to)) && !must_settle()) {
      decision = receive_if_room(socket, to);
    }
    if (!decision) continue;
    state_->keep_request_bytes(passed_ + held_.size());
    return *decision;
  }
}

RequestReader::Decision RequestReader::settle(ConnectionSocket& socket) {
  if (state_->owed.any()) return ReadStep{ReadStep::Next::when_settled};
  waits_ = false;
  if (!out_.empty()) {
    std::error_code failed;
    out_.erase(0, socket.send(out_, failed));
    state_->keep_early_bytes(out_.size());
    if (failed && failed != asio::error::would_block) return delivers(failed, 0);
    if (!out_.empty()) return ReadStep{ReadStep::Next::when_writable};
    if (refused_) begin_to_linger(socket);
  } else if (ended_) {
    if (held_.empty() && !socket.has_unread()) return delivers(asio::error::eof, 0);
    begin_to_linger(socket);
  }
  return std::nullopt;
}

void RequestReader::begin_to_linger(ConnectionSocket& socket) {
  socket.finish_sending();
  held_ = std::string();
  state_->keep_request_bytes(passed_);  // RESTinio has them until the connection closes
  lingering_ = true;
  state_->enter(ReadPhase::lingering);
}

// What is held behind a refused request waits for a turn of the loop, so that many of them delay no
// other connection.
ReadStep RequestReader::end_turn() {
  if (held_.empty()) return {ReadStep::Next::when_readable};
  state_->enter(ReadPhase::head);  // it is not idle
  return {ReadStep::Next::in_turn};
}

RequestReader::Decision RequestReader::deliver_held(asio::mutable_buffer to) {
  const auto passed = pass(held_, to.size());
  if (passed > 0) std::memcpy(to.data(), held_.data(), passed);
  const auto done = passed + shed_;
  if (done == held_.size()) {
    held_ = std::string();  // also its memory
  } else {
    held_.erase(0, done);
    constexpr std::size_t spare = 4'096;
    if (held_.capacity() > held_.size() + spare) held_.shrink_to_fit();
  }
  return passed == 0 ? Decision() : delivers({}, passed);
}

RequestReader::Decision RequestReader::receive_if_room(ConnectionSocket& socket,
                                                       asio::mutable_buffer to) {
  state_->keep_request_bytes(passed_ + held_.size());
  if (!state_->lacks_room()) return receive(socket, to);
  refuse_unfinished({ProblemType::overloaded, {}});
  return std::nullopt;
}

// If nothing is held, the bytes are read to where they are delivered.
RequestReader::Decision RequestReader::receive(ConnectionSocket& socket, asio::mutable_buffer to) {
  std::array<char, 4'096> more;
  const bool direct = held_.empty();
  std::error_code failed;
  const auto size = socket.receive(direct ? to : asio::buffer(more), failed);
  if (failed == asio::error::would_block) {
    if (!state_->timed_out()) return ReadStep{ReadStep::Next::when_readable};
    refuse_unfinished({ProblemType::request_timeout, "the request did not arrive in time"});
    return std::nullopt;
  }
  if (failed == asio::error::eof) {
    note_end_of_stream();
    return std::nullopt;
  }
  if (failed) return delivers(failed, 0);
  if (!direct) {
    held_.append(more.data(), size);
    return std::nullopt;
  }
  auto* const bytes = static_cast<char*>(to.data());
  const auto passed = pass({bytes, size}, size);
  const auto done = passed + shed_;
  if (done < size) held_.assign(bytes + done, size - done);
  return passed == 0 ? Decision() : delivers({}, passed);
}

// The client may still be sending. If the socket were closed with bytes unread, the kernel would
// reset the connection, and the client might lose the response (RFC 9112 9.6).
ReadStep RequestReader::linger(ConnectionSocket& socket, asio::mutable_buffer to) {
  std::error_code failed;
  socket.receive(to, failed);
  if (failed && failed != asio::error::would_block) return delivers(asio::error::eof, 0);
  return {ReadStep::Next::when_readable};
}

// How many bytes of the input may be delivered now.
std::size_t RequestReader::pass(std::span<char> input, std::size_t room) {
  std::size_t passed = 0;
  while (passed < input.size() && passed < room && !must_settle()) {
    const auto rest = input.subspan(passed);
    if (cleared_ == 0 && !clear_next(rest)) break;
    if (!admitted_ && !admit({rest.data(), cleared_}, passed == 0)) break;
    const auto size = std::min(cleared_, room - passed);
    passed += size;
    passed_ += size;
    cleared_ -= size;
    if (cleared_ == 0) note_piece_passed(passed < input.size());
  }
  return passed;
}

// Validates the next piece. False if it must not be delivered, or not yet.
bool RequestReader::clear_next(std::span<char> input) {
  const std::string_view text(input.data(), input.size());
  switch (validator_.validate(input)) {
    case Validity::incomplete:
      note_incomplete();
      return false;
    case Validity::invalid: {
      const auto& head = validator_.head();
      const auto path = validator_.at_end() ? path_of(head.target.of(text)) : path_;
      refuse(early_->refuse(validator_.problem(), std::string(path), head.method == Method::head,
                            validator_.at_end() ? text : std::string_view()));
      return false;
    }
    case Validity::valid:
      cleared_ = validator_.size();
      admitted_ = !validator_.at_head();
      return true;
  }
  return false;
}

// White space behind a request does not begin another one.
void RequestReader::note_incomplete() {
  const bool in_head = state_->phase() == ReadPhase::head;
  if (validator_.in_head() && !in_head) state_->enter(ReadPhase::head);
  if (!validator_.in_head() && in_head) state_->enter(ReadPhase::idle);
}

// Whether the request may begin now. `first`: nothing is delivered before it by this step.
bool RequestReader::admit(std::string_view text, bool first) {
  const auto& head = validator_.head();
  const auto target = head.target.of(text);
  const auto intake = early_->intake(head, target);
  alone_ = intake != Intake::beside_others;
  waits_ = alone_ && (!first || state_->owed.any());
  if (waits_) return false;
  if (intake == Intake::refused) {
    if (const auto response = early_->shed(text, head)) {
      out_ = *response;
      shed_ = std::exchange(cleared_, 0);
      state_->enter(ReadPhase::idle);
      return false;
    }
  }
  admitted_ = !head.has_body() || admit_body(text);
  return admitted_;
}

// False if the head alone decides the response.
bool RequestReader::admit_body(std::string_view text) {
  const auto& head = validator_.head();
  path_ = path_of(head.target.of(text));
  expected_ = head.expects_continue;
  if (!expected_) return true;
  auto response = early_->refuse_head(text, head);
  if (!response) return true;
  refuse(std::move(*response));
  return false;
}

void RequestReader::note_piece_passed(bool more_has_arrived) {
  const auto& head = validator_.head();
  if (!validator_.at_end()) {
    if (validator_.at_head()) state_->enter(ReadPhase::body);
    // Once a part of the body is here, 100 is not needed (RFC 9110 10.1.1).
    if (std::exchange(expected_, false) && !more_has_arrived) out_ = continue_response;
    return;
  }
  passed_ = 0;
  path_ = std::string();
  state_->enter(ReadPhase::idle);
  ended_ = head.closes;
  waits_ = alone_;
}

void RequestReader::note_end_of_stream() {
  if (validator_.at_end() && !validator_.in_head()) {
    ended_ = true;
  } else {
    refuse_unfinished({ProblemType::bad_request, "the connection ended inside the request"});
  }
}

void RequestReader::refuse_unfinished(const Problem& problem) {
  refuse(early_->refuse(problem, validator_.at_end() ? std::string() : path_,
                        validator_.head().method == Method::head));
}

void RequestReader::refuse(std::string&& response) {
  cleared_ = 0;
  out_ = std::move(response);
  refused_ = true;
  state_->enter(ReadPhase::lingering);
}

}  // namespace rollcall::http
