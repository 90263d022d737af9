// Carries out the session of session.py with Java's java.net.http.HttpClient.
//
// usage: java Session.java URL
//
// On a plain connection HttpClient adds `Connection: Upgrade, HTTP2-Settings` and `Upgrade: h2c` to
// every request, unless it is told to speak HTTP/1.1. It is not told so here.

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

public class Session {
  static final Duration DEADLINE = Duration.ofSeconds(10);  // for each request
  static final int LARGE = 1_200_000;  // bytes; the daemon accepts 65,536 (http.max_body_bytes)
  static final String[] JSON = {"Content-Type", "application/json"};

  final HttpClient client = HttpClient.newBuilder().connectTimeout(DEADLINE).build();
  final URI base;
  final List<String> failures = new ArrayList<>();
  int requests = 0;
  Set<String> connections;  // open after the request before; null if that failed

  Session(String url) {
    base = URI.create(url);
  }

  public static void main(String[] arguments) throws Exception {
    var session = new Session(arguments[0]);
    session.carryOut();
    session.failures.forEach(System.err::println);
    System.out.println(session.requests + " requests");
    System.exit(session.failures.isEmpty() ? 0 : 1);
  }

  /** What the daemon answered; `response` is null if nothing came. */
  record Answer(HttpResponse<String> response) {
    String field(String name) {
      return response == null ? "" : response.headers().firstValue(name).orElse("");
    }

    String body() {
      return response == null ? "" : response.body();
    }

    /** The first group of the pattern in the body; empty if it does not match. */
    String find(String pattern) {
      var matcher = Pattern.compile(pattern).matcher(body());
      return matcher.find() ? matcher.group(1) : "";
    }
  }

  /** A request under construction. */
  class Step {
    final String name;
    final int status;
    final String target;
    final HttpRequest.Builder request;
    String slug;
    boolean announced = false;
    boolean moves = false;

    Step(String name, int status, String method, String target, BodyPublisher body,
         String... fields) {
      this.name = name;
      this.status = status;
      this.target = target;
      request = HttpRequest.newBuilder(base.resolve(target)).timeout(DEADLINE).method(method, body);
      if (fields.length > 0) request.headers(fields);
    }

    /** The answer is the problem document with this slug. */
    Step problem(String slug) {
      this.slug = slug;
      return this;
    }

    /** The body is announced, and sent when 100 has come. */
    Step expect() {
      announced = true;
      request.expectContinue(true);
      return this;
    }

    /** The request may go over another connection than the one before. */
    Step moves() {
      moves = true;
      return this;
    }

    /** Whether the answer comes instead of 100; the connection may be closed after it. */
    boolean refused() {
      return announced && slug != null;
    }

    /**
     * Whether we can read the body of the answer. Before Java 20, HttpClient discards the body of
     * an answer that comes instead of 100, and then waits for it for ever (JDK-8286171).
     */
    boolean hasBody() {
      return !refused() || Runtime.version().feature() >= 20;
    }

    /** Sends the request and reads the answer. */
    HttpResponse<String> exchange() throws Exception {
      BodyHandler<String> without =
          info -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), stream -> "");
      var answer = client.sendAsync(request.build(), hasBody() ? BodyHandlers.ofString() : without);
      // The timeout of the request itself ends with the head of the answer.
      return answer.get(2 * DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Sends the request, and checks status, problem document and connection. */
    Answer send() throws Exception {
      ++requests;
      Answer answer;
      try {
        answer = new Answer(exchange());
      } catch (ExecutionException | TimeoutException error) {
        expectEqual(name, "status", status, error);
        connections = null;
        return new Answer(null);
      }
      expectEqual(name, "status", status, answer.response.statusCode());
      if (slug != null && answer.response.statusCode() == status) {
        expectEqual(name, "Content-Type", "application/problem+json", answer.field("Content-Type"));
        if (hasBody()) {
          expectEqual(name, "type", "/problems/" + slug, answer.find("\"type\":\"([^\"]*)\""));
          expectEqual(name, "member status", "" + status, answer.find("\"status\":(\\d+)"));
        }
      }
      var now = openConnections();
      if (connections != null && !moves) {
        // Older ones may still be open, so only one that was not open before is a failure; and none
        // at all, unless a refusal has closed it.
        now.stream().filter(port -> !connections.contains(port))
            .forEach(port -> expectEqual(name, "local port", connections, port));
        if (now.isEmpty() && !refused()) expectEqual(name, "connection", "open", "closed");
      }
      connections = now;
      return answer;
    }
  }

  void expectEqual(String request, String what, Object expected, Object actual) {
    if (Objects.equals(expected, actual)) return;
    failures.add(request + ": " + what + ": expected " + expected + ", actual " + actual);
  }

  /** The local ports of our connections to the daemon. HttpClient does not tell them. */
  Set<String> openConnections() throws Exception {
    var found = new TreeSet<String>();
    // local address:port, remote address:port, state; in hexadecimal, the address byte by byte
    var established = Pattern.compile(
        String.format(" [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]*0100007F:%04X 01 ", base.getPort()));
    for (var table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      if (!Files.exists(Path.of(table))) continue;  // a machine without IPv6
      var matcher = established.matcher(Files.readString(Path.of(table)));
      while (matcher.find()) found.add("" + Integer.parseInt(matcher.group(1), 16));
    }
    return found;
  }

  Step get(String name, int status, String target, String... fields) {
    return new Step(name, status, "GET", target, BodyPublishers.noBody(), fields);
  }

  Step post(String name, int status, String target, String body) {
    return new Step(name, status, "POST", target, BodyPublishers.ofString(body), JSON);
  }

  Step patch(String name, int status, String target, String tag, String body) {
    return new Step(name, status, "PATCH", target, BodyPublishers.ofString(body), JSON[0], JSON[1],
                    "If-Match", tag);
  }

  /** Without a length, so that it is sent chunked. */
  static BodyPublisher chunked(String body) {
    return BodyPublishers.fromPublisher(BodyPublishers.ofString(body));
  }

  /** A body whose e-mail no other user has. */
  static String user(String name) {
    return "{\"name\":\"Ada Lovelace\",\"email\":\"java-" + name + "-"
        + ProcessHandle.current().pid() + "@example.org\"}";
  }

  void carryOut() throws Exception {
    var created = post("create", 201, "/users", user("plain")).send();
    String location = created.field("Location");
    String first = created.field("ETag");
    expectEqual("create", "Location", "/users/" + created.find("\"id\":(\\d+)"), location);
    expectEqual("create", "ETag", "\"1\"", first);
    if (location.isEmpty()) return;

    var read = get("read", 200, location).send();
    expectEqual("read", "ETag", first, read.field("ETag"));
    expectEqual("read", "body", created.body(), read.body());
    var unchanged = get("read if changed", 304, location, "If-None-Match", first).send();
    expectEqual("read if changed", "body", "", unchanged.body());
    var changed = patch("change", 200, location, first, "{\"name\":\"Ada King\"}").send();
    expectEqual("change", "ETag", "\"2\"", changed.field("ETag"));
    expectEqual("change", "name", "Ada King", changed.find("\"name\":\"([^\"]*)\""));
    patch("change with a stale ETag", 412, location, first, "{\"name\":\"Ada Byron\"}")
        .problem("precondition-failed").send();
    post("duplicate e-mail", 409, "/users", user("plain")).problem("email-taken").send();
    var invalid = post("invalid body", 422, "/users", "{}").problem("validation-failed").send();
    expectEqual("invalid body", "first pointer", "/name",
                invalid.find("\"errors\":\\[\\{\"pointer\":\"([^\"]*)\""));
    get("unknown route", 404, "/nothing").problem("not-found").send();

    var chunked =
        new Step("chunked body", 201, "POST", "/users", chunked(user("chunked")), JSON).send();
    var head = new Step("head", 200, "HEAD", location, BodyPublishers.noBody()).send();
    expectEqual("head", "body", "", head.body());
    int length = changed.body().getBytes(StandardCharsets.UTF_8).length;
    expectEqual("head", "Content-Length", "" + length, head.field("Content-Length"));
    var options = new Step("options", 204, "OPTIONS", location, BodyPublishers.noBody()).send();
    expectEqual("options", "Allow has PATCH", true,
                List.of(options.field("Allow").split(", *")).contains("PATCH"));
    // The client has offered h2c since its first request. That it does is checked here.
    var upgrade = get("upgrade to h2c", 200, location).send();
    expectEqual("upgrade to h2c", "body", changed.body(), upgrade.body());
    expectEqual("upgrade to h2c", "offered version", HttpClient.Version.HTTP_2, client.version());

    get("read after the upgrade", 200, location).send();

    // After a refusal the client may open another connection, as the body that it announced was
    // not sent.
    var expected = post("expect", 201, "/users", user("expect")).expect().send();
    post("expect, unknown route", 404, "/nothing", "{}").expect().problem("not-found").send();
    get("read after a refusal", 200, location).moves().send();
    new Step("expect, wrong type", 415, "POST", "/users", BodyPublishers.ofString("Ada"),
             "Content-Type", "text/plain").expect().problem("unsupported-media-type").send();
    post("large body", 413, "/users", " ".repeat(LARGE)).problem("content-too-large").moves()
        .send();
    get("read after a large body", 200, location).moves().send();

    for (var answer : List.of(created, chunked, expected)) {
      if (answer.field("Location").isEmpty()) continue;
      var gone = new Step("delete", 204, "DELETE", answer.field("Location"),
                          BodyPublishers.noBody()).send();
      expectEqual("delete", "body", "", gone.body());
    }
    get("read what is deleted", 404, location).problem("user-not-found").send();
  }
}
