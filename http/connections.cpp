#include "http/connections.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <restinio/asio_timer_manager.hpp>
#include <restinio/http_server.hpp>
#include <restinio/null_logger.hpp>
#include <restinio/settings.hpp>
#include <restinio/traits.hpp>
#include <unordered_set>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "http/date_text.hpp"

namespace rollcall::http {

namespace {

// What the connections of one loop share; kept by RESTinio's settings, which every connection
// holds.
struct Carrier {
  Carrier(const actors::Loop& its_loop, std::shared_ptr<Traffic> its_traffic,
          std::shared_ptr<Desk> its_desk)
      : loop(its_loop), traffic(std::move(its_traffic)), desk(std::move(its_desk)) {}

  actors::Loop loop;
  std::shared_ptr<Traffic> traffic;
  std::shared_ptr<Desk> desk;
  DateText date{};
  std::vector<Field> fields{};  // of the request being received; kept for its memory
};

using Connection = restinio::impl::connection_handle_t;

// The place of one response on its connection. RESTinio's builders are passed by: they can't leave
// Content-Length out of a 204, nor tell the length of a body that is not sent.
class ConnectionSink final : public Sink {
 public:
  ConnectionSink(Connection connection, restinio::request_id_t id, Framing framing,
                 std::shared_ptr<Carrier> carrier)
      : connection_(std::move(connection)),
        id_(id),
        framing_(framing),
        carrier_(std::move(carrier)) {}

  void deliver(Response response) override {
    // Elsewhere the loop has ended, and its sockets with it: there is nobody to answer.
    if (!carrier_->loop.here()) return;
    framing_.date = carrier_->date.at(carrier_->loop.clock().wall_now());
    restinio::write_group_t group(parts_of(std::move(response)));
    auto* traffic = carrier_->traffic.get();  // lives as long as the connection that calls back
    ++traffic->unsent;
    ++traffic->answered;
    group.after_write_notificator([traffic](const auto&) { --traffic->unsent; });
    auto connection = std::exchange(connection_, nullptr);
    connection->write_response_parts(id_,
                                     {restinio::response_parts_attr_t::final_parts,
                                      restinio::response_connection_attr(!closes_)},
                                     std::move(group));
  }

 private:
  restinio::writable_items_container_t parts_of(Response response) {
    constexpr std::size_t joined = 16'384;  // up to here one copy is cheaper than one more buffer
    closes_ = closes(response, framing_);
    bool body = sends_body(response, framing_) && !response.body.empty();
    bool one = body && response.body.size() <= joined;
    auto head = render_head(response, framing_, one ? response.body.size() : 0);
    if (one) head.append(response.body);
    restinio::writable_items_container_t parts;
    parts.reserve(2);
    parts.emplace_back(std::move(head));
    if (body && !one) parts.emplace_back(std::move(response.body));
    return parts;
  }

  Connection connection_;
  restinio::request_id_t id_;
  Framing framing_;
  bool closes_ = false;
  std::shared_ptr<Carrier> carrier_;
};

Method method_of(const restinio::http_method_id_t& method) {
  using namespace restinio;
  if (method == http_method_get()) return Method::get;
  if (method == http_method_head()) return Method::head;
  if (method == http_method_post()) return Method::post;
  if (method == http_method_put()) return Method::put;
  if (method == http_method_patch()) return Method::patch;
  if (method == http_method_delete()) return Method::remove;
  if (method == http_method_options()) return Method::options;
  return Method::other;
}

class Handler {
 public:
  explicit Handler(std::shared_ptr<Carrier> carrier) : carrier_(std::move(carrier)) {}

  restinio::request_handling_status_t operator()(const restinio::request_handle_t& handle) const {
    const auto& header = handle->header();
    auto& fields = carrier_->fields;
    fields.clear();
    header.for_each_field([&](const auto& field) {
      fields.push_back({field.name(), field.value()});
    });
    // After an upgrade that was answered otherwise RESTinio calls the handler once more, with no
    // request: so such a connection is closed, as its header already says.
    Request request{method_of(header.method()),
                    header.request_target(),
                    header.http_major(),
                    header.http_minor(),
                    header.should_keep_alive(),
                    fields,
                    handle->body()};
    Framing framing{request.method == Method::head, request.minor == 0, request.keep_alive};
    Reply reply(
        std::make_unique<ConnectionSink>(std::move(restinio::impl::access_req_connection(*handle)),
                                         handle->request_id(), framing, carrier_),
        origin_of(request));
    try {
      carrier_->desk->receive(request, std::move(reply));
    } catch (const std::exception& thrown) {
      // The reply has answered 500 on its way out.
      spdlog::error("receiving a request for {}: {}", request.target, thrown.what());
    }
    return restinio::request_accepted();
  }

 private:
  std::shared_ptr<Carrier> carrier_;
};

// Counts the open connections. RESTinio may report the end of one twice.
class Census {
 public:
  Census(std::shared_ptr<Traffic> traffic, std::shared_ptr<Crowd> crowd)
      : traffic_(std::move(traffic)), crowd_(std::move(crowd)) {}

  void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
    auto cause = notice.cause();
    if (restinio::holds_alternative<restinio::connection_state::accepted_t>(cause)) {
      if (!open_.insert(notice.connection_id()).second) return;
      ++traffic_->connections;
      ++*crowd_;
    } else if (open_.erase(notice.connection_id()) == 1) {
      --traffic_->connections;
      --*crowd_;
    }
  }

 private:
  std::shared_ptr<Traffic> traffic_;
  std::shared_ptr<Crowd> crowd_;
  std::unordered_set<restinio::connection_id_t> open_;
};

struct Traits : restinio::default_single_thread_traits_t {
  using logger_t = restinio::null_logger_t;
  using request_handler_t = Handler;
  using connection_state_listener_t = Census;
};

// RESTinio does not tell the request's version; the parser knows it.
int note_version_at_end(http_parser* parser) {
  auto* context = static_cast<restinio::impl::http_parser_ctx_t*>(parser->data);
  context->m_header.http_major(parser->http_major);
  context->m_header.http_minor(parser->http_minor);
  return restinio::impl::restinio_message_complete_cb<Traits::http_methods_mapper_t>(parser);
}

http_parser_settings parser_settings() {
  auto settings = restinio::impl::create_parser_settings<Traits::http_methods_mapper_t>();
  settings.on_message_complete = note_version_at_end;
  return settings;
}

// Far above our own, so that what is over ours still reaches the desk and is told why; what is over
// these is closed without an answer.
restinio::incoming_http_msg_limits_t parser_limits(const RequestLimits& limits) {
  constexpr std::size_t factor = 4;
  constexpr std::size_t body_factor = 16;
  // The parser's own limit for the whole head, one for the process: what the others add up to.
  static std::once_flag once;
  std::call_once(once, [&] {
    auto head = factor * (limits.max_target_bytes + limits.max_fields * limits.max_field_bytes);
    constexpr std::size_t most = 1U << 30;
    http_parser_set_max_header_size(static_cast<std::uint32_t>(std::min(head, most)));
  });
  return restinio::incoming_http_msg_limits_t{}
      .max_url_size(factor * limits.max_target_bytes)
      .max_field_name_size(factor * limits.max_field_bytes)
      .max_field_value_size(factor * limits.max_field_bytes)
      .max_field_count(factor * limits.max_fields)
      .max_body_size(body_factor * limits.max_body_bytes);
}

restinio::server_settings_t<Traits> server_settings(const ConnectionOptions& options,
                                                    const std::shared_ptr<Carrier>& carrier,
                                                    std::shared_ptr<Census> census) {
  constexpr std::chrono::seconds margin{5};  // above our own deadline, with its grace for writes
  auto handling = options.request_timeout + margin;
  restinio::server_settings_t<Traits> settings;
  settings.request_handler(carrier)
      .connection_state_listener(std::move(census))
      .max_pipelined_requests(std::max<std::size_t>(options.max_pipelined, 2))
      .incoming_http_msg_limits(parser_limits(options.limits))
      .read_next_http_message_timelimit(options.read_timeout)
      .handle_request_timeout(handling)
      .write_http_response_timelimit(
          std::max<std::chrono::milliseconds>(handling, options.read_timeout))
      .socket_options_setter([](restinio::socket_options_t& socket) {
        socket.set_option(asio::ip::tcp::no_delay(true));
      });
  return settings;
}

}  // namespace

// What restinio::http_server_t makes, but for its acceptor: that one never accepts again after one
// failed accept (want of descriptors, say).
class Connections::Factory : public restinio::impl::connection_factory_t<Traits> {
 public:
  using restinio::impl::connection_factory_t<Traits>::connection_factory_t;

  static std::unique_ptr<Factory> make(asio::io_context& io,
                                       restinio::server_settings_t<Traits> settings) {
    auto timers = settings.timer_factory()->create(io);
    auto socket_options = settings.socket_options_setter();
    auto shared = std::make_shared<restinio::impl::connection_settings_t<Traits>>(
        std::move(settings), parser_settings(), std::move(timers));
    return std::make_unique<Factory>(std::move(shared), std::move(socket_options));
  }
};

Connections::Connections(const actors::Loop& loop, const ConnectionOptions& options,
                         std::shared_ptr<Traffic> traffic, std::shared_ptr<Crowd> crowd,
                         std::shared_ptr<Desk> desk) {
  auto census = std::make_shared<Census>(traffic, std::move(crowd));
  auto carrier = std::make_shared<Carrier>(loop, std::move(traffic), std::move(desk));
  factory_ = Factory::make(loop.io(), server_settings(options, carrier, std::move(census)));
}

Connections::~Connections() = default;

void Connections::adopt(asio::ip::tcp::socket socket) {
  asio::error_code failed;
  auto peer = socket.remote_endpoint(failed);
  if (failed) return;  // the client has gone already
  try {
    using Monitor = restinio::connection_count_limit_types<Traits>::lifetime_monitor_t;
    factory_->create_new_connection(std::move(socket), std::move(peer), Monitor{nullptr})->init();
  } catch (const std::exception& thrown) {
    spdlog::warn("a connection could not be set up: {}", thrown.what());
  }
}

}  // namespace rollcall::http
