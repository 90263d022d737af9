// The forms of the page /docs: each sends its request to the service that the page is from, and
// shows the answer. What changes something is sent by a click alone.
"use strict";

// The page is <service>docs, so that the service may be below a prefix.
const service = new URL("./", document.location);

// The request that the form describes; empty fields are left out.
function requestOf(form) {
  let path = form.dataset.path.slice(1);
  const query = new URLSearchParams();
  const request = { method: form.dataset.method, headers: new Headers(), cache: "no-store" };
  for (const field of form.elements) {
    if (field.value === "") continue;
    switch (field.dataset.in) {
      case "path":
        path = path.replace(`{${field.name}}`, () => encodeURIComponent(field.value));
        break;
      case "query":
        query.append(field.name, field.value);
        break;
      case "header":
        request.headers.set(field.name, field.value);
        break;
      case "body":
        request.body = field.value;
        break;
    }
  }
  const url = new URL(path, service);
  url.search = query;
  return [url, request];
}

// JSON with a line for each member. Numbers and strings stay as they are: JavaScript's own numbers
// would not hold every id.
function indented(json) {
  let depth = 0;
  const line = () => "\n" + "  ".repeat(depth);
  return json.replace(/"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|\s+/g, (token) => {
    if (token === ",") return token + line();
    if (token === ":") return ": ";
    if (token === "{" || token === "[") {
      depth += 1;
      return token + line();
    }
    if (token === "}" || token === "]") {
      depth -= 1;
      return line() + token;
    }
    return token.trim();
  });
}

function preformatted(text) {
  const made = document.createElement("pre");
  made.textContent = text;
  return made;
}

// Of a stream of events, which has no end, what comes first.
async function textOf(answer) {
  if (!/event-stream/.test(answer.headers.get("Content-Type"))) return answer.text();
  const reader = answer.body.getReader();
  const { value } = await reader.read();
  reader.cancel();
  return new TextDecoder().decode(value);
}

async function send(form) {
  const output = form.nextElementSibling;
  try {
    const [url, request] = requestOf(form);
    output.replaceChildren(preformatted(`${request.method} ${url.pathname}${url.search}`));
    const answer = await fetch(url, request);
    const body = await textOf(answer);
    const isJson = /json/.test(answer.headers.get("Content-Type"));
    const fields = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
    output.append(preformatted([`${answer.status} ${answer.statusText}`, ...fields].join("\n")));
    if (body !== "") output.append(preformatted(isJson ? indented(body) : body));
  } catch (error) {
    output.replaceChildren(preformatted(`No answer: ${error.message}`));
  }
}

for (const details of document.querySelectorAll("details.try")) {
  const form = details.querySelector("form");
  details.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.method === "GET") send(form);
  });
  form.querySelector("button[type=button]")?.addEventListener("click", () => send(form));
}
