#include "http/server/connections.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <mutex>
#include <restinio/asio_timer_manager.hpp>
#include <restinio/http_server.hpp>
#include <restinio/null_logger.hpp>
#include <restinio/settings.hpp>
#include <restinio/traits.hpp>
#include <utility>

#include <spdlog/spdlog.h>

#include "http/server/connection_context.hpp"
#include "http/server/connection_socket.hpp"
#include "http/wire/list_field.hpp"

namespace rollcall::http {

namespace {

constexpr std::chrono::seconds margin{5};  // above our own deadline, with its grace for writes

Method method_of(const restinio::http_method_id_t& method) {
  namespace rest = restinio;
  if (method == rest::http_method_get()) return Method::get;
  if (method == rest::http_method_head()) return Method::head;
  if (method == rest::http_method_post()) return Method::post;
  if (method == rest::http_method_put()) return Method::put;
  if (method == rest::http_method_patch()) return Method::patch;
  if (method == rest::http_method_delete()) return Method::remove;
  return Method::options;  // the validator passes no other one
}

class RestinioHandler {
 public:
  explicit RestinioHandler(std::shared_ptr<ConnectionContext> context)
      : context_(std::move(context)) {}

  restinio::request_handling_status_t operator()(const restinio::request_handle_t& handle) const {
    const auto& header = handle->header();
    auto& fields = context_->fields;
    fields.clear();
    Persistence persistence;  // http-parser's opinion is another one in rare cases
    header.for_each_field([&](const auto& field) {
      fields.push_back({field.name(), field.value()});
      if (equal_ignoring_case(field.name(), "Connection")) persistence.note(field.value());
    });
    const bool http_1_0 = header.http_minor() == 0;
    const Request request{method_of(header.method()),
                          header.request_target(),
                          http_1_0,
                          persistence.persists(http_1_0),
                          fields,
                          handle->body()};
    Framing framing;
    framing.head = request.method == Method::head;
    framing.keep_alive = request.keep_alive;
    framing.persists = context_->keep_alive;
    framing.fields = context_->handler->fields_for(request);
    try {
      context_->handler->handle(
          request, responder_to(*handle, context_of(request, context_->state->links()), framing));
    } catch (const std::exception& thrown) {
      // The responder was destroyed by the exception, and has answered 500.
      context_->log.error("handling", "handling a request for " + std::string(request.target) +
                                          ": " + thrown.what());
    }
    return restinio::request_accepted();
  }

 private:
  Responder responder_to(restinio::request_t& request, RequestContext of_request,
                         const Framing& framing) const {
    auto writer = context_->open.at(request.connection_id());
    writer->connection().owed.one_more();
    auto deliver = [context = context_, writer = std::move(writer), id = request.request_id(),
                    framing = framing,
                    connection = std::move(restinio::impl::access_req_connection(request))](
                       Response&& response) mutable {
      // On another thread: the loop has ended with its sockets, there is no client to answer.
      if (!context->loop.here()) return;
      framing.date = context->date.at(context->loop.clock().wall_now());
      writer->send(std::exchange(connection, nullptr), id, framing, std::move(response));
    };
    return Responder(std::move(of_request), std::move(deliver), &context_->log);
  }

  std::shared_ptr<ConnectionContext> context_;
};

// Takes closed connections out of the count. RESTinio may report the end of one twice.
class ConnectionStateListener {
 public:
  explicit ConnectionStateListener(std::weak_ptr<ConnectionContext> context)
      : context_(std::move(context)) {}

  void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
    if (!restinio::holds_alternative<restinio::connection_state::closed_t>(notice.cause())) return;
    if (auto context = context_.lock()) context->leave(notice.connection_id());
  }

 private:
  std::weak_ptr<ConnectionContext> context_;
};

struct Traits : restinio::default_single_thread_traits_t {
  using logger_t = restinio::null_logger_t;
  using request_handler_t = RestinioHandler;
  using connection_state_listener_t = ConnectionStateListener;
  using stream_socket_t = ConnectionSocket;
};

// RESTinio does not set the request's version in its header; the parser knows it.
int note_version_at_end(http_parser* parser) {
  auto* context = static_cast<restinio::impl::http_parser_ctx_t*>(parser->data);
  context->m_header.http_major(parser->http_major);
  context->m_header.http_minor(parser->http_minor);
  return restinio::impl::restinio_message_complete_cb<Traits::http_methods_mapper_t>(parser);
}

// A server may ignore Upgrade (RFC 9110 7.8); the parser would take what follows for another
// protocol. RESTinio would reserve the memory of a body that may never arrive.
int note_end_of_head(http_parser* parser) {
  parser->upgrade = 0;
  static_cast<restinio::impl::http_parser_ctx_t*>(parser->data)->m_leading_headers_completed = true;
  return 0;
}

http_parser_settings parser_settings() {
  auto settings = restinio::impl::create_parser_settings<Traits::http_methods_mapper_t>();
  settings.on_headers_complete = note_end_of_head;
  settings.on_message_complete = note_version_at_end;
  // RESTinio would store the size and the place of each chunk, 24 bytes for a chunk of one.
  settings.on_chunk_header = nullptr;
  settings.on_chunk_complete = nullptr;
  return settings;
}

// The validator refuses what is over our limits; none of these is reached before.
restinio::incoming_http_msg_limits_t parser_limits(const RequestLimits& limits) {
  // The parser's own limit is global to the process.
  static std::once_flag once;
  std::call_once(once, [] { http_parser_set_max_header_size(1U << 30); });
  const auto above = [](std::size_t limit) { return limit + 1; };
  return restinio::incoming_http_msg_limits_t{}
      .max_url_size(above(limits.max_target_bytes))
      .max_field_name_size(above(limits.max_field_bytes))
      .max_field_value_size(above(limits.max_head_bytes))
      .max_field_count(2 * above(limits.max_fields))  // trailers too
      .max_body_size(above(limits.max_body_bytes));
}

restinio::server_settings_t<Traits> server_settings(
    const ConnectionOptions& options, const std::shared_ptr<ConnectionContext>& context) {
  // Each connection has one for as long as it is open. Most requests are smaller.
  constexpr std::size_t read_buffer_bytes = 2'048;
  // ConnectionTimeouts ends reads and writes before, whoever answers the request keeps its
  // deadline, and a stream may wait for long.
  constexpr std::chrono::hours never{24};
  restinio::server_settings_t<Traits> settings;
  settings.request_handler(context)
      .connection_state_listener(std::make_shared<ConnectionStateListener>(context))
      .max_pipelined_requests(std::max<std::size_t>(options.max_pipelined, 2))
      .incoming_http_msg_limits(parser_limits(options.limits))
      .buffer_size(read_buffer_bytes)
      .read_next_http_message_timelimit(never)
      .handle_request_timeout(never)
      .write_http_response_timelimit(never);
  return settings;
}

}  // namespace

// Makes what restinio::http_server_t makes, except its acceptor, which never accepts again after
// one failed accept (for instance for lack of descriptors).
class Connections::Impl {
 public:
  Impl(std::shared_ptr<ConnectionContext> context, const ConnectionOptions& options)
      : limits_(options.limits),
        context_(std::move(context)),
        factory_(make(context_->loop.io(), server_settings(options, context_))) {}

  actors::LimitedLog& log() { return context_->log; }

  void adopt(posix::Descriptor socket, asio::ip::tcp::endpoint peer) {
    const int at_once = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
    auto writer =
        std::make_shared<PipelineWriter>(context_->loop, context_->state, context_->timeouts);
    const std::shared_ptr<ConnectionState> state(writer, &writer->connection());
    RequestReader reader(state, context_->early, limits_);
    using Monitor = restinio::connection_count_limit_types<Traits>::lifetime_monitor_t;
    auto& ready = asio::use_service<actors::ReadySockets>(context_->loop.io());
    auto connection = factory_->create_new_connection(
        ConnectionSocket(context_->loop.io(), std::move(socket), state, std::move(reader), ready),
        std::move(peer), Monitor{nullptr});
    context_->enter(connection->connection_id(), std::move(writer));
    try {
      connection->init();
    } catch (...) {
      context_->leave(connection->connection_id());
      throw;
    }
  }

  void refuse(const posix::Descriptor& socket) {
    const auto text = context_->early->refuse(
        {ProblemType::overloaded, "too many connections are open"}, "", false);
    if (::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) {
      const std::error_code failed(errno, asio::error::get_system_category());
      spdlog::debug("a refused connection was not told why: {}", failed.message());
    }
  }

  bool end_longest_idle() { return context_->end_longest_idle(); }
  void end_idle() { context_->end_idle(); }

 private:
  using Maker = restinio::impl::connection_factory_t<Traits>;

  static std::unique_ptr<Maker> make(asio::io_context& io,
                                     restinio::server_settings_t<Traits> settings) {
    auto timers = settings.timer_factory()->create(io);
    auto socket_options = settings.socket_options_setter();
    auto shared = std::make_shared<restinio::impl::connection_settings_t<Traits>>(
        std::move(settings), parser_settings(), std::move(timers));
    return std::make_unique<Maker>(std::move(shared), std::move(socket_options));
  }

  RequestLimits limits_;
  std::shared_ptr<ConnectionContext> context_;
  std::unique_ptr<Maker> factory_;
};

Connections::Connections(const actors::Loop& loop, const ConnectionOptions& options,
                         std::shared_ptr<LoopState> state,
                         std::shared_ptr<ConnectionCount> connection_count,
                         std::shared_ptr<RequestHandler> handler) {
  // A response may wait for those before it.
  const auto write =
      std::max<std::chrono::milliseconds>(options.write_timeout, options.request_timeout + margin);
  const ConnectionTimeouts timeouts(options.head_timeout, options.request_timeout,
                                    options.idle_timeout, write);
  impl_ = std::make_unique<Impl>(
      std::make_shared<ConnectionContext>(loop, std::move(state), std::move(connection_count),
                                          std::move(handler), timeouts,
                                          keep_alive_lines(options.idle_timeout)),
      options);
}

Connections::~Connections() = default;

void Connections::refuse(const posix::Descriptor& socket) { impl_->refuse(socket); }

bool Connections::end_longest_idle() { return impl_->end_longest_idle(); }

void Connections::end_idle() { impl_->end_idle(); }

void Connections::adopt(posix::Descriptor socket, asio::ip::tcp::endpoint peer) {
  try {
    impl_->adopt(std::move(socket), std::move(peer));
  } catch (const std::exception& thrown) {
    impl_->log().warn("set up", std::string("a connection could not be set up: ") + thrown.what());
  }
}

}  // namespace rollcall::http
