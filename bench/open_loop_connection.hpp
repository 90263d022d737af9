// One connection of the open-loop generator, with at most one request under way. An answer in one
// piece costs one read.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>

#include <asio.hpp>

#include "open_loop_http.hpp"

namespace open_loop {

class Connection {
 public:
  using Endpoint = asio::ip::tcp::endpoint;

  // The connection reports to this: free for the next request, answered, or broken.
  struct Owner {
    virtual void free(Connection& connection) = 0;
    virtual void answered(std::uint64_t request, int status) = 0;
    virtual void broke(Connection& connection) = 0;
    virtual ~Owner() = default;
  };

  Connection(asio::io_context& loop, Owner& owner) : socket_(loop), retry_(loop), owner_(owner) {}

  // Also connects anew.
  void connect(const Endpoint& server) {
    server_ = server;
    socket_ = asio::ip::tcp::socket(socket_.get_executor());
    filled_ = to_skip_ = 0;
    socket_.async_connect(server, [this](std::error_code error) {
      if (error) return owner_.broke(*this);
      socket_.set_option(asio::ip::tcp::no_delay(true));
      socket_.non_blocking(true);
      owner_.free(*this);
    });
  }

  // The pause keeps a server that refuses from getting nothing but connections.
  void connect_again() {
    retry_.expires_after(std::chrono::milliseconds(10));
    retry_.async_wait([this](std::error_code error) {
      if (!error) connect(server_);
    });
  }

  // A request is small and the socket's send buffer is empty: the write is complete, or the
  // connection is broken.
  void send(std::uint64_t request, const std::string& text) {
    busy_ = true;
    request_ = request;
    std::error_code error;
    if (socket_.write_some(asio::buffer(text), error) == text.size() && !error) return read();
    asio::post(socket_.get_executor(), [this] { owner_.broke(*this); });
  }

  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] std::uint64_t request() const { return request_; }
  void forget() { busy_ = false; }

 private:
  void read() {
    auto room = asio::buffer(buffer_.data() + filled_, buffer_.size() - filled_);
    socket_.async_read_some(room, [this](std::error_code error, std::size_t count) {
      if (error) return owner_.broke(*this);
      received(count);
    });
  }

  void received(std::size_t count) {
    if (to_skip_ > 0) {
      to_skip_ -= std::min(count, to_skip_);
    } else {
      filled_ += count;
      head_ = read_head({buffer_.data(), filled_});
      if (head_.end == 0) {
        if (filled_ == buffer_.size()) throw std::runtime_error("an answer's head is too long");
        return read();
      }
      to_skip_ = head_.end - std::min(head_.end, filled_);
      filled_ = 0;
    }
    if (to_skip_ > 0) return read();
    busy_ = false;
    owner_.answered(request_, head_.status);
    if (head_.closes) return connect(server_);
    owner_.free(*this);
  }

  asio::ip::tcp::socket socket_;
  asio::steady_timer retry_;
  Owner& owner_;
  Endpoint server_;
  std::array<char, 16384> buffer_{};
  std::size_t filled_ = 0;
  std::size_t to_skip_ = 0;  // bytes of the answer that are still to come, once its head was read
  Head head_;
  std::uint64_t request_ = 0;
  bool busy_ = false;
};

}  // namespace open_loop
