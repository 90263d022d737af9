// http-parser, set up as http/server/connections.cpp sets it up for RESTinio.
#pragma once

#include <string_view>
#include <vector>

#include <http_parser.h>

#include "tests/fuzz/support/seen_request.hpp"

namespace rollcall::fuzz {

/// Collects what RESTinio's callbacks would. The parser is paused at the end of a request, and
/// initialised again for the next one. Any error of it ends the program.
class ParserOracle {
 public:
  ParserOracle() {
    http_parser_set_max_header_size(1U << 30);
    http_parser_settings_init(&settings_);
    settings_.on_url = [](http_parser* parser, const char* at, std::size_t size) {
      self(parser).now_.target.append(at, size);
      return 0;
    };
    settings_.on_header_field = [](http_parser* parser, const char* at, std::size_t size) {
      self(parser).add_to_name({at, size});
      return 0;
    };
    settings_.on_header_value = [](http_parser* parser, const char* at, std::size_t size) {
      self(parser).add_to_value({at, size});
      return 0;
    };
    settings_.on_headers_complete = [](http_parser* parser) {
      parser->upgrade = 0;
      self(parser).in_trailers_ = true;
      return 0;
    };
    settings_.on_body = [](http_parser* parser, const char* at, std::size_t size) {
      self(parser).now_.body.append(at, size);
      return 0;
    };
    settings_.on_message_complete = [](http_parser* parser) {
      http_parser_pause(parser, 1);
      self(parser).complete(*parser);
      return 0;
    };
    begin();
  }
  ParserOracle(const ParserOracle&) = delete;
  ParserOracle& operator=(const ParserOracle&) = delete;

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto size = http_parser_execute(&parser_, &settings_, bytes.data(), bytes.size());
      const auto error = static_cast<http_errno>(parser_.http_errno);
      require(error == HPE_OK || error == HPE_PAUSED, "http-parser accepts what is passed",
              {http_errno_name(error), bytes});
      fed_ += size;
      bytes.remove_prefix(size);
      if (complete_) {
        requests_.back().end = fed_;
        begin();
      } else {
        require(bytes.empty(), "http-parser takes all that is passed", {bytes});
      }
    }
  }

  const std::vector<SeenRequest>& requests() const { return requests_; }

 private:
  static ParserOracle& self(http_parser* parser) {
    return *static_cast<ParserOracle*>(parser->data);
  }

  void begin() {
    http_parser_init(&parser_, HTTP_REQUEST);
    parser_.data = this;
    now_ = {};
    last_was_value_ = true;
    in_trailers_ = complete_ = false;
  }

  Fields& fields() { return in_trailers_ ? now_.trailers : now_.fields; }
  void add_to_name(std::string_view text) {
    if (last_was_value_) fields().emplace_back();
    last_was_value_ = false;
    fields().back().first.append(text);
  }
  void add_to_value(std::string_view text) {
    last_was_value_ = true;
    fields().back().second.append(text);
  }

  void complete(const http_parser& parser) {
    complete_ = true;
    now_.method = http_method_str(static_cast<http_method>(parser.method));
    now_.http_1_0 = parser.http_minor == 0;
    now_.keep_alive = http_should_keep_alive(&parser) != 0;
    requests_.push_back(std::move(now_));
  }

  http_parser parser_{};
  http_parser_settings settings_{};
  SeenRequest now_{};
  std::vector<SeenRequest> requests_{};
  std::size_t fed_ = 0;
  bool last_was_value_ = true;
  bool in_trailers_ = false;
  bool complete_ = false;
};

}  // namespace rollcall::fuzz
