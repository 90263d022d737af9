#include "http/api/openapi.hpp"

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "http/api/endpoints.hpp"
#include "http/api/schemas.hpp"
#include "http/wire/idempotency_key.hpp"
#include "http/wire/list_field.hpp"

namespace rollcall::http {

namespace {

using Json = nlohmann::ordered_json;
using Types = std::vector<ProblemType>;

struct FieldDescription {
  std::string_view name;
  std::string_view description;
};

// Of responses, beside those that belong to a message or a connection (Date, Content-Length, ...).
constexpr std::array response_fields{
    FieldDescription{"Accept", "The media types that the endpoint reads (RFC 9110 15.5.16)."},
    FieldDescription{"Accept-Encoding", "identity: bodies without a content coding are read."},
    FieldDescription{"Accept-Patch", "The media types of a patch (RFC 5789 3.1)."},
    FieldDescription{"Age", "How many seconds ago a stale user was known to be valid (RFC 9111)."},
    FieldDescription{"Cache-Control", "Who may store the answer, and for how long (RFC 9111)."},
    FieldDescription{"Cache-Status", "Why a stale user is answered (RFC 9211)."},
    FieldDescription{"Content-Security-Policy", "What a page may load: files of this service."},
    FieldDescription{"ETag", "The user's version in quotes; of a list another tag."},
    FieldDescription{"Idempotency-Replayed", "true: it is the first answer with this key."},
    FieldDescription{"Last-Modified", "The end of the second of the user's last change."},
    FieldDescription{"Link", "The pages beside, as rel=\"next\" and \"prev\" (RFC 8288)."},
    FieldDescription{"Location", "Where the new user is."},
    FieldDescription{"Preference-Applied", "The preference that decided (RFC 7240)."},
    FieldDescription{"Retry-After", "After so many seconds the request may be repeated."},
    FieldDescription{"Vary", "The fields of the request that choose the answer."},
    FieldDescription{"X-Accel-Buffering", "no: a proxy is to pass each event on at once."},
    FieldDescription{"X-Content-Type-Options", "nosniff: the type is as it is declared."}};

constexpr FieldDescription if_match{"If-Match", "Tags: if none is the present one, 412."};
constexpr FieldDescription if_none_match{"If-None-Match", "Tags: if one is the present one, 304."};
constexpr FieldDescription if_unmodified_since{
    "If-Unmodified-Since", "A date: if the user was changed in its second or later, 412."};
constexpr FieldDescription if_modified_since{"If-Modified-Since",
                                             "A date: if the user was not changed since, 304."};

Json header_parameter(const FieldDescription& field) {
  return {{"name", field.name},
          {"in", "header"},
          {"description", field.description},
          {"schema", {{"type", "string"}}}};
}

Json idempotency_key_parameter() {
  auto parameter = header_parameter(
      {"Idempotency-Key",
       "Makes it safe to repeat the request: for 24 hours after it has created a user, a "
       "repetition with the same key gets the same answer, and creates nobody."});
  parameter["schema"]["minLength"] = 1;
  parameter["schema"]["maxLength"] = max_idempotency_key;
  parameter["schema"]["pattern"] = "^[!-~]+$";
  return parameter;
}

Json parameter(const Parameter& declared, std::string_view in) {
  Json described{{"name", declared.name}, {"in", in}};
  if (in == "path") described["required"] = true;
  described["description"] =
      std::string(declared.description) +
      (declared.use == ParameterUse::alone ? " No other parameter may stand beside it." : "");
  described["schema"] = Json::parse(declared.schema);
  return described;
}

Json parameters_of(const Endpoint& endpoint) {
  Json all = Json::array();
  if (endpoint.segment != nullptr) all.push_back(parameter(*endpoint.segment, "path"));
  for (const auto& each : endpoint.parameters) all.push_back(parameter(each, "query"));
  for (const auto& each : endpoint.fields) all.push_back(parameter(each, "header"));
  if (endpoint.conditions != ConditionsOn::nothing) {
    const bool read = endpoint.method == Method::get;
    const bool dated = endpoint.conditions != ConditionsOn::list;
    all.push_back(header_parameter(if_match));
    if (dated) all.push_back(header_parameter(if_unmodified_since));
    if (read) all.push_back(header_parameter(if_none_match));
    if (read && dated) all.push_back(header_parameter(if_modified_since));
  }
  if (endpoint.repeatable) all.push_back(idempotency_key_parameter());
  if (!endpoint.preferences.empty()) {
    all.push_back(header_parameter({"Prefer", endpoint.preferences}));
  }
  if (endpoint.kind) {
    all.push_back(header_parameter(
        {"Request-Timeout", "Seconds, such as 0.25, after which the answer is not needed."}));
  }
  return all;
}

Json reference(std::string_view group, std::string_view name) {
  return {{"$ref", "#/components/" + std::string(group) + "/" + std::string(name)}};
}

Json content_of(const Answer& answer) {
  Json content = Json::object();
  for (const auto type : answer.types) {
    content[std::string(type)]["schema"] =
        type.starts_with("text/") ? Json{{"type", "string"}} : reference("schemas", answer.schema);
  }
  return content;
}

Json headers_of(const std::set<std::string_view>& names) {
  Json headers = Json::object();
  for (const auto name : names) headers[std::string(name)] = reference("headers", name);
  return headers;
}

Json response_of(const Answer& answer) {
  Json response{{"description", answer.description}};
  if (!answer.fields.empty()) {
    response["headers"] = headers_of({answer.fields.begin(), answer.fields.end()});
  }
  if (!answer.types.empty()) response["content"] = content_of(answer);
  return response;
}

std::set<std::string_view> fields_of_problems(int status, Method method) {
  std::set<std::string_view> fields{"Cache-Control"};
  if (status == 412 || status == 422) fields.insert("ETag");
  if (status == 503) fields.insert("Retry-After");
  if (status == 415) fields.merge(std::set<std::string_view>{"Accept", "Accept-Encoding"});
  if (status == 415 && method == Method::patch) fields.insert("Accept-Patch");
  return fields;
}

// All problems of one status are one response.
Json problem_response_of(int status, const Types& types, Method method, Links links) {
  std::string description;
  Json addresses = Json::array();
  for (const auto type : types) {
    description += (description.empty() ? "" : "; ") + std::string(describe(type).slug);
    addresses.push_back(address_of(type, links));
  }
  const Json schema{{"allOf",
                     {reference("schemas", "Problem"),
                      {{"properties", {{"type", {{"enum", std::move(addresses)}}}}}}}}};
  return {{"description", description},
          {"headers", headers_of(fields_of_problems(status, method))},
          {"content", {{std::string(problem_type), {{"schema", schema}}}}}};
}

Json responses_of(const Endpoint& endpoint, Links links) {
  std::map<int, Json> by_status;
  for (const auto& answer : endpoint.answers) by_status[answer.status] = response_of(answer);
  std::map<int, Types> problems;
  for (const auto type : problems_of(endpoint)) problems[describe(type).status].push_back(type);
  for (const auto& [status, types] : problems) {
    by_status[status] = problem_response_of(status, types, endpoint.method, links);
  }
  Json responses = Json::object();
  for (auto& [status, response] : by_status) {
    responses[std::to_string(status)] = std::move(response);
  }
  return responses;
}

Json body_of(const RequestBody& body) {
  Json content = Json::object();
  for_each_element(body.types, [&](std::string_view type) {
    content[std::string(type)]["schema"] = reference("schemas", body.schema);
  });
  return {{"required", true}, {"content", std::move(content)}};
}

Json operation_of(const Endpoint& endpoint, Links links) {
  Json operation{{"operationId", endpoint.operation}, {"summary", endpoint.summary}};
  if (auto parameters = parameters_of(endpoint); !parameters.empty()) {
    operation["parameters"] = std::move(parameters);
  }
  if (endpoint.body) operation["requestBody"] = body_of(*endpoint.body);
  operation["responses"] = responses_of(endpoint, links);
  return operation;
}

std::string lower_name(Method method) {
  std::string name(name_of(method));
  for (auto& c : name) c = static_cast<char>(c | 0x20);
  return name;
}

// Each loop has one, of its links, which do not change while it serves.
struct RenderedDocument {
  std::string root{};
  RepresentationRef representation{};
};

tl::expected<Outcome, Problem> openapi(const Request&, Arguments&& arguments) {
  thread_local RenderedDocument document;
  const auto links = arguments.links;
  if (!document.representation || document.root != links.root()) {
    document = {std::string(links.root()),
                std::make_shared<const Representation>(Representation{
                    "Cache-Control: no-cache\r\n", openapi_of(every_endpoint(), links).dump()})};
  }
  Response response{200, json_type};
  response.shared = document.representation;
  return response;
}

}  // namespace

std::vector<ProblemType> problems_of(const Endpoint& endpoint) {
  std::set<ProblemType> types{ProblemType::bad_request,
                              ProblemType::request_timeout,
                              ProblemType::content_too_large,
                              ProblemType::uri_too_long,
                              ProblemType::misdirected_request,
                              ProblemType::header_fields_too_large,
                              ProblemType::internal,
                              ProblemType::not_implemented,
                              ProblemType::overloaded,
                              ProblemType::shutting_down,
                              ProblemType::version_not_supported};
  types.insert(endpoint.problems.begin(), endpoint.problems.end());
  const auto add = [&](bool implied, Types implied_types) {
    if (implied) types.insert(implied_types.begin(), implied_types.end());
  };
  const bool conditional = endpoint.conditions != ConditionsOn::nothing;
  add(!is_safe(endpoint.method), {ProblemType::forbidden});
  add(endpoint.segment != nullptr && endpoint.segment->name == "id", {ProblemType::invalid_id});
  add(endpoint.conditions == ConditionsOn::user, {ProblemType::user_not_found});
  add(endpoint.repeatable, {ProblemType::invalid_parameter, ProblemType::idempotency_mismatch});
  add(endpoint.query == QueryUse::checked, {ProblemType::invalid_parameter});
  add(conditional, {ProblemType::precondition_failed});
  add(endpoint.body.has_value(), {ProblemType::malformed_json, ProblemType::validation_failed,
                                  ProblemType::unsupported_media_type});
  add(endpoint.kind.has_value(),
      {ProblemType::storage_unavailable, ProblemType::deadline_exceeded});
  add(endpoint.kind == RequestKind::write,
      {ProblemType::user_locked, ProblemType::outcome_unknown});
  return {types.begin(), types.end()};
}

nlohmann::ordered_json openapi_of(std::span<const Endpoint> endpoints, Links links) {
  Json paths = Json::object();
  for (const auto& endpoint : endpoints) {
    paths[std::string(endpoint.path)][lower_name(endpoint.method)] = operation_of(endpoint, links);
  }
  Json headers = Json::object();
  for (const auto& [name, description] : response_fields) {
    headers[std::string(name)] = {{"description", description}, {"schema", {{"type", "string"}}}};
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Rollcall"},
            {"summary", "A user directory."},
            {"version", ROLLCALL_VERSION},
            {"license", {{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}}}}},
          {"servers", {{{"url", links.root()}}}},
          {"security", nlohmann::ordered_json::array()},  // none is needed
          {"paths", std::move(paths)},
          {"components", {{"schemas", schemas(links)}, {"headers", std::move(headers)}}}};
}

const nlohmann::ordered_json& openapi_document() {
  static const auto document = openapi_of(every_endpoint(), {});
  return document;
}

std::vector<Endpoint> openapi_endpoints() {
  return {
      {.method = Method::get,
       .path = "/openapi.json",
       .operation = "describeApi",
       .summary = "Describes the API to programs.",
       .query = QueryUse::ignored,
       .answers = {{200, "An OpenAPI 3.1 document.", {json_type}, "OpenApi", {"Cache-Control"}}},
       .handle = openapi}};
}

}  // namespace rollcall::http
