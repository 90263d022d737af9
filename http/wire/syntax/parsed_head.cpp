#include "http/wire/syntax/parsed_head.hpp"

#include "http/wire/syntax/field_line.hpp"
#include "http/wire/syntax/lines.hpp"

namespace rollcall::http {

Request request_of(std::string_view text, const RequestHead& head, std::vector<Field>& fields) {
  LineReader lines;
  while (const auto line = lines.next(text.substr(0, head.size))) {
    const auto field = parse_field_line(line->substr(0, line->size() - 2));
    if (field) fields.push_back(*field);  // the request line and the empty lines are none
  }
  Request request;
  request.method = head.method;
  request.target = head.target.of(text);
  request.http_1_0 = head.http_1_0;
  request.keep_alive = !head.closes;
  request.fields = fields;
  return request;
}

}  // namespace rollcall::http
